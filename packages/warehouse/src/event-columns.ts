/** A column that the collector writes. */
export interface Column {
	name: string;
	/** ClickHouse type. */
	type: string;
	description: string;
}

/**
 * The columns of `events` that a collector writes, in the order of its insert. The migrations create exactly these
 * (tested); what ClickHouse derives from them (host, path, utm_*, version) is in the migration alone.
 */
export const eventColumns = [
	{ name: 'site', type: 'LowCardinality(String)', description: 'Site key.' },
	{
		name: 'visitor_id',
		type: 'UInt64',
		description: 'Pseudonymous visitor, made by the browser or given by the site.',
	},
	{
		name: 'event_id',
		type: 'UUID',
		description: 'Derived from visitor, stream, sequence and index, or from what the sender gave.',
	},
	{ name: 'user_id', type: 'String', description: 'Set by identify(); empty when anonymous.' },
	{ name: 'ts', type: "DateTime64(3, 'UTC')", description: 'When it happened, on the clock of the collector.' },
	{
		name: 'ts_bounded',
		type: 'Bool',
		description: 'The sender gave an impossible time and ts is received_at instead.',
	},
	{ name: 'received_at', type: "DateTime64(3, 'UTC')", description: 'When a collector took it.' },
	{ name: 'name', type: 'LowCardinality(String)', description: 'view, click, or the name given to track().' },
	{ name: 'obj', type: 'LowCardinality(String)', description: 'page, button, url, or what the site calls it.' },
	{ name: 'obj_id', type: 'String', description: 'Which one: a page kind, a button, the href of a link.' },
	{ name: 'product_id', type: 'UInt64', description: 'Product concerned; 0 for none.' },
	{
		name: 'amount',
		type: 'Decimal(18, 4)',
		description: 'Price or total in the major unit of the currency; 0 for none.',
	},
	{ name: 'currency', type: 'LowCardinality(String)', description: 'ISO 4217 code; empty when not given.' },
	{ name: 'exp', type: 'Map(String, String)', description: 'Experiments and their variants.' },
	{ name: 'props', type: 'Map(String, String)', description: 'Properties given to track().' },
	{ name: 'url', type: 'String', description: 'Page, absolute.' },
	{ name: 'title', type: 'String', description: 'Title of the page.' },
	{
		name: 'referrer',
		type: 'String',
		description: 'Where the page was come to from; a path when from the same origin.',
	},
	{ name: 'viewport_width', type: 'UInt16', description: 'CSS pixels; 0 when not known.' },
	{ name: 'viewport_height', type: 'UInt16', description: 'CSS pixels; 0 when not known.' },
	{ name: 'screen_width', type: 'UInt16', description: 'CSS pixels; 0 when not known.' },
	{ name: 'screen_height', type: 'UInt16', description: 'CSS pixels; 0 when not known.' },
	{ name: 'language', type: 'LowCardinality(String)', description: 'BCP 47 tag of the browser.' },
	{ name: 'timezone', type: 'LowCardinality(String)', description: 'IANA zone of the browser.' },
	{ name: 'browser', type: 'LowCardinality(String)', description: 'Browser family, from the user agent.' },
	{ name: 'os', type: 'LowCardinality(String)', description: 'Operating system family, from the user agent.' },
	{ name: 'device', type: 'LowCardinality(String)', description: 'desktop, mobile or tablet; empty when not known.' },
	{ name: 'is_bot', type: 'Bool', description: 'The user agent says that it is a machine.' },
	{
		name: 'country',
		type: 'LowCardinality(String)',
		description: "ISO 3166-1 alpha-2 code of the visitor's address; empty when not known.",
	},
	{
		name: 'segment',
		type: 'LowCardinality(String)',
		description: 'The log segment that brought it: one insert, one block.',
	},
] as const satisfies readonly Column[];
