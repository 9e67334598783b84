import { z } from 'zod';
import { quoted } from '../quoted.js';
import { jsonSchemaOf } from './json-schema.js';

/** A site and the origins of its pages; `any` accepts events from every origin. */
export interface SiteSetting {
	key: string;
	origins: readonly string[] | 'any';
}

export const siteKey = z
	.string()
	.regex(/^[\w.-]{1,64}$/, 'a site key consists of 1 to 64 letters, digits, dots, dashes or underscores');

/** Parses `shop` or `shop=https://shop.example|https://www.shop.example`, several separated by commas. */
export const siteList = z.string().transform((text, context): SiteSetting[] => {
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

const originsMessage = 'must be a list of origins like ["https://shop.example"], or "any"';
const originsOrAny = z.union([z.literal('any'), z.array(z.string()).min(1)]);

/** Parses the same from an object of a settings file: `{"shop": ["https://shop.example"], "blog": "any"}`. */
export const siteObject = z
	.record(
		z.string(),
		z.unknown(),
		'must be a string or an object like {"shop": ["https://shop.example"], "blog": "any"}',
	)
	.refine((sites) => Object.keys(sites).length > 0, 'must name at least one site')
	.transform((sites, context): SiteSetting[] =>
		Object.entries(sites).map(([key, value]) => {
			const read = originsOrAny.safeParse(value);
			const site = { key, origins: read.data ?? 'any' };
			const fault = read.success ? siteFault(site) : originsMessage;
			if (fault) context.addIssue({ code: 'custom', message: `${fault} (in ${quoted(key)})` });
			return site;
		}),
	)
	// The values have no schema above, so that an error names the site.
	.meta({
		minProperties: 1,
		propertyNames: jsonSchemaOf(siteKey),
		additionalProperties: jsonSchemaOf(originsOrAny),
	});

/** Formats sites as the text that `siteList` parses. */
export function formatSites(sites: readonly SiteSetting[]): string {
	return sites.map(({ key, origins }) => (origins === 'any' ? key : `${key}=${origins.join('|')}`)).join(',');
}

function siteFault({ key, origins }: SiteSetting): string | undefined {
	const keyFault = siteKey.safeParse(key).error?.issues[0]?.message;
	if (keyFault || origins === 'any') return keyFault;
	const isOrigin = (origin: string) => URL.canParse(origin) && new URL(origin).origin === origin;
	if (origins.every(isOrigin)) return undefined;
	return 'an origin consists of a scheme, a host and an optional port, like https://shop.example';
}
