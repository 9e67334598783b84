import { isIP } from 'node:net';
import { limits } from '@footfall/protocol';
import { eventTimeMs } from '@footfall/warehouse/event-time';
import { z } from 'zod';
import { natural, text } from './field-types.js';
import { isOrder, itemsBytes, orderFields, orderRules, productId } from './order-fields.js';

const overfull = `must have at most ${limits.mapEntriesMax} entries`;
const badKey = `must be a key of at most ${limits.mapKeyBytesMax} bytes`;

/** Values of a map that become text. A number that JSON cannot hold is none. */
const isPlain = (value: unknown) => typeof value === 'boolean' || Number.isFinite(value);

/**
 * A map of texts.
 *
 * @param isTextOnly whether numbers and booleans are refused. @default they become text, as in the tracker
 */
const stringMap = ({ isTextOnly }: { isTextOnly: boolean }) =>
	z.preprocess(
		// Checked before the entries: reporting each of many invalid entries would take a second.
		(value, context) => {
			if (typeof value !== 'object' || value === null) return value;
			const issue = { code: 'custom', input: value, continue: false } as const;
			if (Object.keys(value).length > limits.mapEntriesMax) context.addIssue({ ...issue, message: overfull });
			// The binary protocol refuses this key, and a record of zod would silently skip it.
			if (Object.hasOwn(value, '__proto__')) context.addIssue({ ...issue, message: badKey, path: ['__proto__'] });
			const entries = Object.entries(value);
			if (Array.isArray(value) || entries.every(([, each]) => typeof each === 'string')) return value;
			// A value that is null is missing, as in imported files.
			const given = entries.filter(([, each]) => each !== null);
			if (isTextOnly) return Object.fromEntries(given);
			return Object.fromEntries(given.map(([key, each]) => [key, isPlain(each) ? String(each) : each]));
		},
		z.record(
			z
				.string()
				.refine((key) => Buffer.byteLength(key) <= limits.mapKeyBytesMax, { error: badKey })
				.meta({ maxLength: limits.mapKeyBytesMax }),
			text(limits.mapValueBytesMax),
		),
	);

const exp = stringMap({ isTextOnly: true }).meta({ maxProperties: limits.mapEntriesMax });

const props = stringMap({ isTextOnly: false }).meta({
	maxProperties: limits.mapEntriesMax,
	additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: limits.mapValueBytesMax },
});

/**
 * Maximum size of `exp`, `props` and `items` together, bytes. It leaves room in a batch for all other fields at their
 * maximum size.
 */
const mapsBytesMax = limits.batchBytesMax - 12_288;

// An entry takes its text and at most 5 bytes of framing.
const mapBytes = (map: Record<string, string>) =>
	Object.entries(map).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value) + 5, 0);

/** Turns -0 into 0: JSON has a negative zero, and the binary protocol does not. */
const unsigned = (value: number) => value + 0;

const badTime = 'must be a date and time like 2026-01-31T12:00:00Z, or seconds or milliseconds since 1970';

/** A time, which becomes milliseconds since 1970. Imported files have the same forms. */
const moment = z
	.union([z.string(), z.number()], badTime)
	.refine((value) => eventTimeMs(value) !== undefined, badTime)
	.meta({
		description:
			'Time of the event: ISO 8601, in UTC if it has no zone (a blank may replace the `T`), or seconds or milliseconds since 1970.',
		examples: ['2026-01-31T12:00:00.250+01:00', '2026-01-31 11:00:00', 1769857200, 1769857200250],
	})
	.transform((value) => eventTimeMs(value) ?? 0);

const pixels = (what: string) =>
	natural
		.max(limits.pixelsMax)
		.default(0)
		.meta({ description: `${what}, CSS pixels.` })
		.transform(unsigned);

const badVisitor = 'must be the number of a visitor, as a number or text of digits';

/** The number that a page has in its storage. It may be text, since other systems keep it as such. */
const visitorId = z
	.union([natural, z.string().regex(/^(0|[1-9]\d{0,15})$/)], badVisitor)
	.transform((id) => unsigned(Number(id)))
	.refine(Number.isSafeInteger, badVisitor)
	.optional()
	.meta({
		description:
			'Visitor of the event: the number that the tracker keeps in the storage of the browser, for an event of its user. Only with a write key.',
	});

/** Maximum size of a user agent; of that, only the beginning matters. */
const userAgentBytesMax = 2_048;

/** Maximum size of the id of an event. */
const eventIdBytesMax = 256;

const badAddress = 'must be an IPv4 or IPv6 address';

/** Fields that only a sender with a write key may set. */
export const keyedFields = ['visitor_id', 'user_agent', 'ip'] as const;

const badUser = `must be a whole number of 0 or more, or text of 1 to ${limits.userIdBytesMax} bytes`;

/** The fault of an event that names neither a user nor a visitor. */
export const missingUser: Fault = {
	field: 'user_id',
	message: `${badUser}; only with a write key may visitor_id take its place, and only an order or a refund of a server needs neither`,
};

const userId = z
	.union([natural, text(limits.userIdBytesMax).min(1)], badUser)
	.meta({
		description:
			'Pseudonymous user: a whole number, which fills `visitor_id`, too, or text, from which `visitor_id` is computed with a secret key. Required, unless a write key allows `visitor_id`. An order or a refund of a server may name neither.',
		examples: [42, 'customer-7f3a'],
	})
	// -0 becomes 0.
	.transform((id) => (typeof id === 'number' ? String(unsigned(id)) : id))
	.optional();

const url = text(limits.urlBytesMax, 'URL of the page, absolute, http or https.');

/** Returns whether a text is a finite decimal number of 0 or more. */
const isMeasurement = (text: string | undefined) =>
	/^\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text ?? '') && Number.isFinite(Number(text));

/**
 * The schema of one event of the JSON endpoint, and its description in the API documentation. Unknown fields are
 * ignored, and named in the answer.
 */
export const jsonEvent = z
	.object({
		dt: moment,
		name: text(limits.nameBytesMax, 'Name of the event: `view`, `click`, or a name of your own.').min(1),
		user_id: userId,
		visitor_id: visitorId,
		url: url.pipe(z.url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })),
		obj: text(limits.objBytesMax, 'Kind of the object of the event: `page`, `button`, `url`, …'),
		obj_id: text(limits.objIdBytesMax, 'Identifier of the object.').default(''),
		product_id: productId
			.default('')
			.transform((id) => (String(id) === '0' ? '' : String(id)))
			.meta({
				description: `Id of the product: text of at most ${limits.productIdCharactersMax} characters, or a number. 0 means none.`,
			}),
		amount: z.number().min(-limits.amountMax).max(limits.amountMax).default(0).meta({
			description:
				'Amount in the major unit of the currency: 0 or more, except in a refund, where the sign has no meaning. Of an order, the total that was charged; of a refund, 0 means all of it.',
		}),
		currency: text(limits.currencyBytesMax, 'Currency as an ISO 4217 code; required where `name` is `order`.').default(
			'',
		),
		...orderFields,
		exp: exp.default({}).meta({ description: 'Experiments and their variants.' }),
		props: props.default({}).meta({
			description: `Custom properties; numbers and booleans become text. \`exp\`, \`props\` and \`items\` have at most ${mapsBytesMax} bytes together. An event named \`vital\` has its measurement in \`value\`, a number of 0 or more.`,
		}),
		title: text(limits.titleBytesMax, 'Title of the page.').default(''),
		referrer: text(limits.urlBytesMax, 'Referring URL.').default(''),
		viewport_width: pixels('Width of the viewport'),
		viewport_height: pixels('Height of the viewport'),
		screen_width: pixels('Width of the screen'),
		screen_height: pixels('Height of the screen'),
		language: text(limits.languageBytesMax, 'Language of the browser, a BCP 47 tag.').default(''),
		timezone: text(limits.timezoneBytesMax, 'Time zone of the browser, an IANA name.').default(''),
		event_id: text(eventIdBytesMax)
			.min(1)
			.optional()
			.meta({
				description:
					'Idempotency key: an event that is resent with the same id counts once. Generated if missing. A UUID, or with a write key any text, of which the stored id is a hash.',
				examples: ['0192f0c1-2222-7333-8444-555566667777'],
			}),
		user_agent: text(userAgentBytesMax)
			.optional()
			.meta({ description: 'User agent of the person, for browser, system and device. Only with a write key.' }),
		ip: z
			.string()
			.refine((address) => isIP(address) !== 0, badAddress)
			.optional()
			.meta({ description: 'IP address of the person, for the country; it is not stored. Only with a write key.' }),
		site: text(
			limits.siteBytesMax,
			'Site key. Default: the `site` of the query, else the first site of the collector.',
		).optional(),
	})
	.refine(({ exp, props, items }) => mapBytes(exp) + mapBytes(props) + itemsBytes(items) <= mapsBytesMax, {
		path: ['props'],
		error: `exp, props and items must have at most ${mapsBytesMax} bytes together`,
	})
	.refine((event) => isOrder(event) || !hasNoUser(event), { path: [missingUser.field], error: missingUser.message })
	.check(({ value, issues }) => {
		for (const { path, error, isFulfilled } of orderRules)
			if (!isFulfilled(value)) issues.push({ code: 'custom', input: value, path, message: error });
	})
	// Pages send these values as text, too. The marts would not count a value that is not a number.
	.refine(({ name, props }) => name !== 'vital' || isMeasurement(props.value), {
		path: ['props', 'value'],
		error: 'must be a number of 0 or more where name is vital',
	});

/** A valid event with defaults filled in; `dt` in milliseconds since 1970. */
export type JsonEvent = z.output<typeof jsonEvent>;

/** A fault of a body or of an event. */
export interface Fault {
	/** Path of the field, such as `user_id` or `exp.cart_style`; empty for the whole body or event. */
	field: string;
	/** Description of the fault. It contains no value of the sender. */
	message: string;
}

/** A valid event, or its faults. */
export type SchemaResult = { ok: true; event: JsonEvent } | { ok: false; faults: Fault[] };

/** Maximum number of faults that are reported of one event. */
const faultsMax = 20;

/**
 * The schema compiled to code, which takes half the time. Events that it refuses are parsed again with the schema for
 * their faults.
 */
const compiled = z.compile(jsonEvent, { strict: true });

/**
 * Returns whether a JSON value matches the schema, without collecting its faults, which would take several times as
 * long. Never throws.
 */
export function matchesSchema(value: unknown): boolean {
	return z.validate(compiled, value);
}

/** Checks one JSON value against the schema. Never throws. */
export function checkSchema(value: unknown): SchemaResult {
	const { success, data, error } = compiled.safeParse(value);
	if (success) return { ok: true, event: data };
	const faults = error.issues.map(faultOf);
	// The schema checks relations between fields only if each of them is valid.
	if (needsUser(value) && !faults.some(({ field }) => field === missingUser.field)) faults.unshift(missingUser);
	return { ok: false, faults: faults.slice(0, faultsMax) };
}

/** Whether an event names neither a user nor a visitor. */
export function hasNoUser({ user_id, visitor_id }: { user_id?: unknown; visitor_id?: unknown }): boolean {
	return user_id === undefined && visitor_id === undefined;
}

/** Whether a value is an event that names neither a user nor a visitor, and is no order. */
function needsUser(value: unknown): boolean {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const { name, ...event } = value as Record<string, unknown>;
	return hasNoUser(event) && !(typeof name === 'string' && isOrder({ name }));
}

function faultOf({ path, message }: z.core.$ZodIssue): Fault {
	return { field: path.map(String).join('.'), message };
}
