import { limits } from '@footfall/protocol';
import { z } from 'zod';

/** A string of at most `max` bytes of UTF-8: a UTF-16 unit takes at most three, so short ones need no counting. */
const text = (max: number, description?: string) =>
	z
		.string()
		.refine((value) => value.length * 3 <= max || Buffer.byteLength(value) <= max, {
			error: `must have at most ${max} bytes`,
		})
		// JSON Schema counts characters, of which there are never more than bytes.
		.meta({ maxLength: max, description: `${description ?? ''} At most ${max} bytes of UTF-8.`.trim() });

const overfull = `must have at most ${limits.mapEntriesMax} entries`;
const badKey = `must be a key of at most ${limits.mapKeyBytesMax} bytes`;

const stringMap = z
	.preprocess(
		// Before the entries are looked at: a body of wrong entries would take a second to be told of each.
		(value, context) => {
			if (typeof value !== 'object' || value === null) return value;
			const issue = { code: 'custom', input: value, continue: false } as const;
			if (Object.keys(value).length > limits.mapEntriesMax) context.addIssue({ ...issue, message: overfull });
			// The wire refuses this one key, and the record would pass over it in silence.
			if (Object.hasOwn(value, '__proto__')) context.addIssue({ ...issue, message: badKey, path: ['__proto__'] });
			return value;
		},
		z.record(
			z
				.string()
				.refine((key) => Buffer.byteLength(key) <= limits.mapKeyBytesMax, { error: badKey })
				.meta({ maxLength: limits.mapKeyBytesMax }),
			text(limits.mapValueBytesMax),
		),
	)
	.meta({ maxProperties: limits.mapEntriesMax });

/** Bytes of `exp` and `props` together: leaves room in a batch for all other fields at their longest. */
const mapsBytesMax = limits.batchBytesMax - 12_288;

// An entry takes its text and at most 5 bytes of framing.
const mapBytes = (map: Record<string, string>) =>
	Object.entries(map).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value) + 5, 0);

const natural = z.int().min(0);

/** JSON has a -0, the wire has not. */
const unsigned = (value: number) => value + 0;

/** Becomes milliseconds since 1970. */
const moment = z
	.string()
	.meta({
		description: 'When it happened: ISO 8601 with a zone, or without one and then UTC; a blank may stand for the `T`.',
		examples: ['2026-01-31T12:00:00.250+01:00', '2026-01-31 11:00:00'],
	})
	.transform((value) => value.replace(' ', 'T'))
	.pipe(z.iso.datetime({ offset: true, local: true, error: 'must be a date and time like 2026-01-31T12:00:00Z' }))
	.transform((value) => Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`));

const url = text(limits.urlBytesMax, 'Page it happened on, an absolute http or https URL.');

/** Returns whether a text is a finite decimal number of 0 or more. */
const isMeasurement = (text: string | undefined) =>
	/^\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text ?? '') && Number.isFinite(Number(text));

/** One event on the JSON door, and what its page of the API says. Fields that are not named here are ignored. */
export const jsonEvent = z
	.object({
		dt: moment,
		name: text(limits.nameBytesMax, 'What happened: `view`, `click`, or a name of your own.').min(1),
		user_id: natural.meta({ description: 'Pseudonymous user; fills `visitor_id` and `user_id`.' }).transform(unsigned),
		url: url.pipe(z.url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })),
		obj: text(limits.objBytesMax, 'To what it happened: `page`, `button`, `url`, …'),
		obj_id: text(limits.objIdBytesMax, 'Which one.').default(''),
		product_id: natural.default(0).meta({ description: 'Product concerned.' }).transform(unsigned),
		amount: z.number().min(0).max(limits.amountMax).default(0).meta({ description: "In the currency's major unit." }),
		currency: text(limits.currencyBytesMax, 'ISO 4217 code.').default(''),
		exp: stringMap.default({}).meta({ description: 'Experiments and their variants.' }),
		props: stringMap.default({}).meta({
			description: `Properties of your own. \`exp\` and \`props\` have at most ${mapsBytesMax} bytes together. An event named \`vital\` has its measurement in \`value\`, a number of 0 or more.`,
		}),
		event_id: z.guid().optional().meta({ description: 'Makes sending the event again safe; made up when missing.' }),
		site: text(
			limits.siteBytesMax,
			'Site key; else the `site` of the query, else the first site of the collector.',
		).optional(),
	})
	.refine(({ exp, props }) => mapBytes(exp) + mapBytes(props) <= mapsBytesMax, {
		path: ['props'],
		error: `exp and props must have at most ${mapsBytesMax} bytes together`,
	})
	// Pages send these as text, too. The marts would never count a value that is not a number.
	.refine(({ name, props }) => name !== 'vital' || isMeasurement(props.value), {
		path: ['props', 'value'],
		error: 'must be a number of 0 or more, as text, where name is vital',
	});

/** A checked event with defaults filled in; `dt` in milliseconds since 1970. */
export type JsonEvent = z.output<typeof jsonEvent>;

/** One fault of a body or of an event. */
export interface Fault {
	/** Where: `user_id`, `exp.cart_style`; empty for the whole. */
	field: string;
	/** What is wrong there; holds no value of the sender's. */
	message: string;
}

/** An event that may be stored, or what is wrong with it. */
export type CheckedEvent = { ok: true; event: JsonEvent } | { ok: false; faults: Fault[] };

/** An event tells of its first faults only. */
const faultsMax = 20;

/** The same schema as straight code, which takes half the time; what it does not accept is read again for its faults. */
const compiled = z.compile(jsonEvent, { strict: true });

/**
 * Returns whether a JSON value is a valid event, without reporting its faults, which would take several times as long.
 * Never throws.
 */
export function isEvent(value: unknown): boolean {
	return z.validate(compiled, value);
}

/** Checks one JSON value. Never throws. */
export function checkEvent(value: unknown): CheckedEvent {
	const { success, data, error } = compiled.safeParse(value);
	if (success) return { ok: true, event: data };
	return { ok: false, faults: error.issues.slice(0, faultsMax).map(faultOf) };
}

function faultOf({ path, message }: z.core.$ZodIssue): Fault {
	return { field: path.map(String).join('.'), message };
}
