/** A property of a session that comes from its first event. Views of sessions can be grouped or filtered by it. */
export interface SessionAttribute {
	/** Column of the raw table and of `stg_events`. */
	name: string;
	/** Column of `sessions`. */
	column: string;
	/** ClickHouse type. */
	type: string;
	/** A noun phrase without a full stop, which `stg_events` shows as it is and `sessions` with "of the first event". */
	description: string;
	/** Maximum length in the marts, characters; undefined for values that the collector chooses from a short list. */
	charactersMax?: number;
	/** Whether the dashboard filters sessions by it; a test compares its list of filters. */
	isFilter: boolean;
}

const text = 'LowCardinality(String)';

/**
 * The attributes of sessions, in the order of their columns. The models name them in double braces, see
 * `attributeMacros`, and the recount follows from this list. The order is a part of what published marts are made of: a
 * new attribute comes last.
 */
export const sessionAttributes = [
	{
		name: 'referrer',
		column: 'entry_referrer',
		type: 'String',
		description: 'Referring URL',
		charactersMax: 500,
		isFilter: false,
	},
	{
		name: 'referrer_host',
		column: 'entry_referrer_host',
		type: text,
		description: 'Host of the referring URL, which for a path is that of the page itself',
		charactersMax: 200,
		isFilter: true,
	},
	{
		name: 'utm_source',
		column: 'utm_source',
		type: text,
		description: 'Campaign source',
		charactersMax: 200,
		isFilter: true,
	},
	{
		name: 'utm_medium',
		column: 'utm_medium',
		type: text,
		description: 'Campaign medium',
		charactersMax: 200,
		isFilter: true,
	},
	{
		name: 'utm_campaign',
		column: 'utm_campaign',
		type: text,
		description: 'Campaign name',
		charactersMax: 200,
		isFilter: true,
	},
	{ name: 'browser', column: 'browser', type: text, description: 'Browser family', isFilter: true },
	{ name: 'os', column: 'os', type: text, description: 'Operating system family', isFilter: true },
	{ name: 'device', column: 'device', type: text, description: 'Device: desktop, mobile or tablet', isFilter: true },
	{ name: 'country', column: 'country', type: text, description: 'ISO 3166 code of the country', isFilter: true },
] as const satisfies readonly SessionAttribute[];

export type SessionAttributeName = (typeof sessionAttributes)[number]['name'];

/**
 * Texts that models write in double braces instead of a list of the attributes:
 *
 * - `attributes`: their names, as columns of `stg_events` - `attributes.types`: names and types, for a tuple -
 * `attributes.staged`: the columns of `stg_events`, from the raw table - `attributes.first`: the columns of `sessions`,
 * from the `entry` of the session - `attributes.columns` and `attributes.session_columns`: the header lines of
 * `stg_events` and of `sessions` - `attributes.filters` and `attributes.filter_columns`: the columns of `sessions` by
 * which the dashboard filters, and the header lines of models with the session of an order - `attributes.visit_type`
 * and `attributes.visit_literal`: the type of the session of an order, as it is and within quotation marks -
 * `attributes.of_visit`: the columns of filters, from the session of an order
 */
export function attributeMacros(attributes: readonly SessionAttribute[]): Record<string, string> {
	const lines = (separator: string, lineOf: (attribute: SessionAttribute) => string) =>
		attributes.map(lineOf).join(separator);
	// A page may escape bytes in its address that are not UTF-8. A reader cannot filter by what cannot be shown.
	const staged = ({ name, charactersMax }: SessionAttribute) =>
		charactersMax === undefined ? name : `leftUTF8(toValidUTF8(events.${name}), ${charactersMax}) AS ${name}`;
	const bound = ({ charactersMax }: SessionAttribute) =>
		charactersMax === undefined ? '' : ` At most ${charactersMax} characters.`;
	return {
		attributes: lines(', ', ({ name }) => name),
		'attributes.types': lines(', ', ({ name, type }) => `${name} ${type}`),
		'attributes.staged': lines(',\n    ', staged),
		'attributes.first': lines(',\n    ', ({ name, column }) => `entry.${name} AS ${column}`),
		'attributes.columns': lines(
			'\n',
			(each) => `-- @column ${each.name} ${each.type}: ${each.description}.${bound(each)}`,
		),
		'attributes.session_columns': lines(
			'\n',
			({ column, type, description }) => `-- @column ${column} ${type}: ${description}; of the first event.`,
		),
		...filterMacros(attributes.filter(({ isFilter }) => isFilter)),
	};
}

/** The type of the session of an order. */
const visitType = (filters: readonly SessionAttribute[]): string => {
	const columns = filters.map(({ column }) => `${column} String`);
	return `Tuple(visitor_id UInt64, entry_path String, channel String, funnel_step UInt8, ${columns.join(', ')})`;
};

/** Two texts for a type: as it stands in a header, and within quotation marks. */
export const typeMacros = (name: string, type: string): Record<string, string> => ({
	[`${name}_type`]: type,
	[`${name}_literal`]: type.replaceAll("'", "\\'"),
});

function filterMacros(attributes: readonly SessionAttribute[]): Record<string, string> {
	const lines = (separator: string, lineOf: (attribute: SessionAttribute) => string) =>
		attributes.map(lineOf).join(separator);
	return {
		'attributes.filters': lines(', ', ({ column }) => column),
		...typeMacros('attributes.visit', visitType(attributes)),
		'attributes.filter_columns': lines(
			'\n',
			({ column, type, description }) => `-- @column ${column} ${type}: ${description}; of the session of the order.`,
		),
		'attributes.of_visit': lines(',\n    ', ({ column }) => `seen.2.${column} AS ${column}`),
	};
}
