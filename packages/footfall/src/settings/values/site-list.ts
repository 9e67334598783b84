import { quoted } from '@footfall/json';
import { currencies } from '@footfall/protocol/currencies';
import { z } from 'zod';
import { jsonSchemaOf } from './json-schema.js';

/** A site, the origins of its pages, and the keys of its servers. */
export interface SiteSetting {
	key: string;
	/** `any` accepts events from every origin. */
	origins: readonly string[] | 'any';
	/** Write keys, which are secrets; absent if the site has none. */
	keys?: readonly string[];
	/** ISO 4217 code of the currency in which the dashboard shows orders. @default that of most orders */
	currency?: string;
	/** The revenue that the dashboard shows. @default orders as soon as there are any, and checkouts until then */
	revenue?: RevenueKind;
}

export const siteKey = z
	.string()
	.regex(/^[\w.-]{1,64}$/, 'a site key consists of 1 to 64 letters, digits, dots, dashes or underscores');

/** Maximum number of write keys of a site: a new one and the one that it replaces, for each of several servers. */
const writeKeysMax = 16;
const writeKey = z.string().regex(/^[\w.~+/=-]{16,128}$/);

const originsMessage = 'must be a list of origins like ["https://shop.example"], or "any"';
const originsOrAny = z.union([z.literal('any'), z.array(z.string()).min(1)]);
const keysMessage = `keys must be a list of 1 to ${writeKeysMax} write keys, each of 16 to 128 letters, digits or characters of ._~+/=-`;
const currencyCode = z.string().refine((code) => currencies.has(code));
const revenueKinds = ['orders', 'confirmed', 'checkouts'] as const;
type RevenueKind = (typeof revenueKinds)[number];
const detailed = z.strictObject({
	origins: originsOrAny.optional(),
	keys: z.array(writeKey).min(1).max(writeKeysMax).optional(),
	currency: currencyCode.optional(),
	revenue: z.enum(revenueKinds).optional(),
});
/** The faults of fields of a site, by the field. */
const fieldMessages: Readonly<Record<string, string>> = {
	keys: keysMessage,
	currency: 'currency must be a code of ISO 4217 in capital letters, such as EUR',
	revenue: `revenue must be ${revenueKinds.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`,
};

/** Parses sites from an object of a settings file: `{"shop": ["https://shop.example"], "blog": {"keys": ["…"]}}`. */
export const siteObject = z
	.record(
		z.string(),
		z.unknown(),
		'must be a string or an object like {"shop": ["https://shop.example"], "blog": "any"}',
	)
	.refine((sites) => Object.keys(sites).length > 0, 'must name at least one site')
	.transform((sites, context): SiteSetting[] => {
		const parsed = Object.entries(sites).map(([key, value]) => {
			const { site, fault } = readSite(key, value);
			if (fault) context.addIssue({ code: 'custom', message: `${fault} (in ${quoted(key)})` });
			return site;
		});
		for (const message of sharedKeyFaults(parsed)) context.addIssue({ code: 'custom', message });
		return parsed;
	})
	// The values have no schema above, so that an error names the site.
	.meta({
		minProperties: 1,
		propertyNames: jsonSchemaOf(siteKey),
		additionalProperties: jsonSchemaOf(z.union([originsOrAny, detailed])),
	});

/**
 * Parses `shop` or `shop=https://shop.example|https://www.shop.example`, several separated by commas; or the object of
 * a settings file as JSON, in which sites may have keys.
 */
export const siteList = z.string().transform((text, context): SiteSetting[] => {
	if (isJson(text)) return readJson(text, (message) => context.addIssue({ code: 'custom', message }));
	const parsed: SiteSetting[] = [];
	for (const entry of text.split(',')) {
		const [key = '', origins] = entry.trim().split('=', 2);
		const site = { key, origins: origins === undefined ? ('any' as const) : origins.split('|') };
		const fault = siteFault(site);
		if (fault) context.addIssue({ code: 'custom', message: `${fault} (in ${quoted(entry)})` });
		parsed.push(site);
	}
	return parsed;
});

/** Returns whether the text of sites is JSON, which may contain keys. */
const isJson = (text: string) => /^\s*\{/.test(text);

/** Parses sites from JSON. No fault contains a key. */
function readJson(text: string, onFault: (message: string) => void): SiteSetting[] {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		onFault('begins with { and is not valid JSON');
		return [];
	}
	const read = siteObject.safeParse(value);
	for (const { message } of read.error?.issues ?? []) onFault(message);
	return read.data ?? [];
}

function readSite(key: string, value: unknown): { site: SiteSetting; fault: string | undefined } {
	const list = originsOrAny.safeParse(value);
	if (list.success) {
		const site = { key, origins: list.data };
		return { site, fault: siteFault(site) };
	}
	const read = detailed.safeParse(value);
	const { origins = 'any', keys, currency, revenue } = read.data ?? {};
	const site = { key, origins, ...(keys && { keys }), ...(currency && { currency }), ...(revenue && { revenue }) };
	return { site, fault: read.success ? siteFault(site) : faultOfValue(value, read.error) };
}

function faultOfValue(value: unknown, { issues }: z.ZodError): string {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return originsMessage;
	const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
	if (unknown.length > 0)
		return `${unknown.map(quoted).join(', ')} is not allowed; a site has "origins", "keys", "currency" and "revenue"`;
	return fieldMessages[String(issues[0]?.path[0])] ?? `origins ${originsMessage}`;
}

/** A key says which site its sender may send for, so it belongs to one only. */
function sharedKeyFaults(sites: readonly SiteSetting[]): string[] {
	const siteOf = new Map<string, string>();
	return sites.flatMap(({ key: site, keys = [] }) =>
		keys.flatMap((key) => {
			const other = siteOf.get(key);
			siteOf.set(key, site);
			if (other === undefined) return [];
			return [`a write key may be given once; ${quoted(site)} has one of ${quoted(other)}`];
		}),
	);
}

/** Formats sites as the text that `siteList` parses. */
export function formatSites(sites: readonly SiteSetting[]): string {
	const isPlain = (site: SiteSetting) => Object.keys(site).every((name) => name === 'key' || name === 'origins');
	if (!sites.every(isPlain)) {
		const values = sites.map((site) => {
			const { key, ...details } = site;
			return [key, isPlain(site) ? site.origins : details];
		});
		return JSON.stringify(Object.fromEntries(values));
	}
	return sites.map(({ key, origins }) => (origins === 'any' ? key : `${key}=${origins.join('|')}`)).join(',');
}

/** The sites with `***` in place of each write key. */
export function withoutKeys(sites: readonly SiteSetting[]): SiteSetting[] {
	return sites.map((site) => (site.keys === undefined ? site : { ...site, keys: site.keys.map(() => '***') }));
}

function siteFault({ key, origins }: SiteSetting): string | undefined {
	const keyFault = siteKey.safeParse(key).error?.issues[0]?.message;
	if (keyFault || origins === 'any') return keyFault;
	const isOrigin = (origin: string) => URL.canParse(origin) && new URL(origin).origin === origin;
	if (origins.every(isOrigin)) return undefined;
	return 'an origin consists of a scheme, a host and an optional port, like https://shop.example';
}
