import { type Definitions, defaultDefinitions } from '@footfall/definitions';
import { isSeen, itemsType, namesVisitor, pagePath } from '@footfall/warehouse';
import { definitionMacros } from './definition-macros.js';
import { experimentMacros } from './experiment-macros.js';
import { attributeMacros, sessionAttributes, typeMacros } from './session-attributes.js';

/** A column as a model's header declares it. */
export interface ModelColumn {
	name: string;
	/** ClickHouse type. */
	type: string;
	description: string;
	/**
	 * The condition that every value must meet, without the column's name: `>= 0`, `IN ('a', 'b')`; undefined for none.
	 */
	test: string | undefined;
}

/**
 * How a run computes and stores the rows of a model. The values are the words of the header line `@materialized`.
 *
 * - `ephemeral`: no stored rows. Each run computes it for the visitors that the run recomputes; readers see a view that
 *   is computed when it is read.
 * - `incremental by visitor`: a table. When a visitor has new events, the run recomputes the visitor's rows from the
 *   day of the first new event on, or from the first day that sessions connect with that day. It recomputes all rows of
 *   a visitor if a new receipt may replace an event that was counted before.
 * - `incremental by order`: a table. When a report of an order has changed in the model by visitor upstream, the run
 *   recomputes all rows of the order from all of its reports, of every sender. The rows are on days of these reports.
 * - `incremental by partition`: a table. The run recomputes the rows of a time partition (a day or a week) when that
 *   partition of any upstream model changed.
 * - `incremental from partition`: a table with rows for every day from the first to the last day that a site has in the
 *   upstream models. When a day upstream changed, the run recomputes the rows of that day and of all later ones, from
 *   upstream rows of these days and of `lookbackDays` days before them. The header adds `, lookback N days`.
 * - `view`: no stored rows; computed when it is read.
 */
export type Materialization =
	| { kind: 'ephemeral' }
	| { kind: 'incremental by visitor' }
	| { kind: 'incremental by order' }
	| { kind: 'incremental by partition' }
	| { kind: 'incremental from partition'; lookbackDays: number }
	| { kind: 'view' };

/** A model: one SELECT. */
export interface Model {
	/** File name without `.sql`, and the name readers use. */
	name: string;
	/** `staging`, `intermediate` or `marts`: the folder. */
	layer: string;
	description: string;
	/** The columns that identify a row: no two rows have the same values in them. Every run tests this. */
	grain: string[];
	/** Sorting key of its table, after the time partition. */
	order: string[];
	materialized: Materialization;
	/**
	 * The time partition, a column with a date: `day`, or `week`, the Monday. A run replaces whole time partitions, and
	 * readers see the rows of exactly one run in each.
	 */
	partition: 'day' | 'week';
	tags: string[];
	columns: ModelColumn[];
	/** Former names of columns, which readers can use for one more version. */
	aliases: { name: string; column: string }[];
	/** Conditions that every row must meet, each with its explanation. */
	checks: { condition: string; words: string }[];
	/**
	 * The header line `@carries`: names of two columns by which a run finds the first day that it must recompute.
	 * `hashes` has the hashes of the ids of the day's events, and `isContinued` whether the day's first session began on
	 * an earlier day. Exactly one model that is incremental by visitor has this line. It has a row for every day on which
	 * a visitor has rows in any such model.
	 */
	carries: { hashes: string; isContinued: string } | undefined;
	/**
	 * The header line `@events`: a condition on rows of the raw table, for an ephemeral model of few events; undefined
	 * for all events. A run without such events does not compute the model. It also leaves out a model by visitor that
	 * adds the rows of this one to its own published rows, if the visitors have none on the days that it recomputes.
	 */
	events: string | undefined;
	/**
	 * The header line `@reports`: a condition on reports of orders, for a model by order that has rows only of orders
	 * with such a report; undefined for all orders. A run that changes no such order does not compute the model.
	 */
	reports: string | undefined;
	/**
	 * The header line `@follows`, of a model by order: the name of a column with users, and the list of a model by
	 * visitor in which it looks them up, `user_id in int_visits.users`. A run recomputes an order when it changes a row
	 * of that model with the user of the order.
	 */
	follows: { column: string; model: string; list: string } | undefined;
	/**
	 * The header line `@defined`, of a model by visitor or by partition: whether the definitions have any of what the
	 * model counts, such as experiments; true without the line. Else it has no rows, and no run computes it. Other
	 * definitions are a rebuild, so that it has no published rows either.
	 */
	isDefined: boolean;
	/** The SELECT. Other models in it are references in double braces, see `replaceReferences`. */
	sql: string;
	/** Names of its direct upstream models. */
	reads: string[];
	/** The file of a model in a project folder, see compile/own; absent for models of this package. */
	own?: OwnFile;
}

/** A data test: a statement that must return no rows. */
export interface DataTest {
	/** File name without `.sql`. */
	name: string;
	/** Names of its direct upstream models. */
	reads: string[];
	sql: string;
	/** The file of a data test in a project folder; absent for data tests of this package. */
	own?: OwnFile;
}

/** A file in a project folder, by which faults name a place. */
export interface OwnFile {
	/** The path as the operator sees it: `footfall/models/signups.sql`. */
	file: string;
	/** The file as it is on disk. */
	source: string;
	/** Number of the line in the file, from 1, of the first line of the statement. The lines after it follow. */
	firstLine: number;
	/**
	 * Checksum of all that determines the rows: the file, the own models that it reads, and the data tests of it. A run
	 * computes the model from all events when it differs from that of the published rows.
	 */
	version: string;
}

/** Statement parameters that hold the key of stored hashes, see `HashKey`. */
const hashKey = '({hash_key_0:UInt64}, {hash_key_1:UInt64})';

/** A 32-bit hash that recognises an event seen before. A collision only costs re-reading that visitor. */
export const eventHash = `toUInt32(sipHash64Keyed(${hashKey}, event_id))`;

/**
 * Hash by which a run detects that a row has changed. It covers the bytes of the row, since hashing each column
 * separately takes three times as long. The hashes of a time partition are combined by XOR, which is safe only while
 * the key is secret.
 */
export const rowHash = (columns: string): string => `sipHash64Keyed(${hashKey}, formatRow('RowBinary', ${columns}))`;

/**
 * The time of an event, clamped to 1970 or later. Compiled aggregates of ClickHouse (26.7) compare times as unsigned
 * numbers, so that the minimum of 1900 and 1970 would be 1970.
 */
export const eventTime = "greatest(events.ts, toDateTime64(0, 3, 'UTC'))";

/** The UTC day of an event, clamped to the range of Date. */
export const eventDay =
	"toDate(least(greatest(events.ts, toDateTime64(0, 3, 'UTC')), toDateTime64('2149-06-06', 3, 'UTC')))";

/** Values of the models that a caller of the compiler can choose. A run with other values is a rebuild. */
export interface Parameters {
	/** Maximum time between two consecutive events of one session, milliseconds. @default 1_800_000 */
	sessionGapMs: number;
	/** Goals, funnels and experiments of a project folder. @default those of a shop */
	definitions: Definitions;
	/**
	 * Maximum number of different events, and of different properties, of which a visit has counts of their own. Further
	 * ones are counted together. @default 1_000
	 */
	visitCountsMax: number;
	/**
	 * Maximum number of names of a day that have rows of their own in event_days and property_days, of objects or keys of
	 * a name, and of values of a key. Further ones have one row together. @default 1_000
	 */
	dayCountsMax: number;
}

/** The only definition of these values. */
export const defaultParameters: Parameters = {
	sessionGapMs: 1_800_000,
	definitions: defaultDefinitions,
	visitCountsMax: 1_000,
	dayCountsMax: 1_000,
};

/**
 * Maximum length of a list in a row about one visitor: paths, products, adds to cart and web vitals of a visit or a
 * day. Items beyond it are only counted. A list keeps its first items in a defined order, so that it does not depend on
 * the order in which events arrive.
 */
const listMax = 1_000;

/**
 * Maximum number of page views and actions of a session, and of a visit, of which the order is kept. Few sessions have
 * more, and what a reader follows is a few steps.
 */
const stepsMax = 100;

/** The type of what an event tells of an order or a refund. One column costs less to plan than one for each field. */
const toldType = `Tuple(${[
	"received_at DateTime64(3, 'UTC')",
	'is_refund Bool',
	'source LowCardinality(String)',
	'user_id String',
	'refund_id String',
	'currency LowCardinality(String)',
	'amount Decimal(18, 4)',
	'tax Decimal(18, 4)',
	'shipping Decimal(18, 4)',
	'discount Decimal(18, 4)',
	'coupon String',
	`items ${itemsType}`,
	'is_implausible Bool',
].join(', ')})`;

/**
 * Maximum number of orders of which the pages of one visitor can tell on a day. A person orders a few times, and the
 * till of a shop has a server that tells of its orders, while a forger who has read the site key sends as many as he
 * likes.
 */
const pageOrdersMax = 50;

/** The constants of parameters that were compiled: each file needs them, and large definitions are a lot of SQL. */
const constantsKnown = new WeakMap<Parameters, Record<string, string>>();

/** The constants that headers and statements of models name in double braces. */
function constantsOf(parameters: Parameters): Record<string, string> {
	const known = constantsKnown.get(parameters) ?? makeConstants(parameters);
	constantsKnown.set(parameters, known);
	return known;
}

const makeConstants = (parameters: Parameters): Record<string, string> => ({
	session_gap_ms: String(parameters.sessionGapMs),
	session_gap_s: String(parameters.sessionGapMs / 1000),
	visit_counts_max: String(parameters.visitCountsMax),
	day_counts_max: String(parameters.dayCountsMax),
	list_max: String(listMax),
	steps_max: String(stepsMax),
	page_orders_max: String(pageOrdersMax),
	items_type: itemsType,
	...typeMacros('order_told', toldType),
	...attributeMacros(sessionAttributes),
	...definitionMacros(parameters.definitions),
	...experimentMacros(parameters.definitions),
});

/** Replaces the constants in the text of a file. Pure. */
export function replaceConstants(text: string, parameters: Parameters): string {
	return Object.entries(constantsOf(parameters)).reduce(
		(all, [name, value]) => all.replaceAll(`{{${name}}}`, () => value),
		text,
	);
}

/** SQL for the names in double braces that are not models. */
const sources: Record<string, string> = {
	events: 'events FINAL',
	event_hash: eventHash,
	event_day: eventDay,
	event_time: eventTime,
	is_seen: isSeen,
	names_visitor: namesVisitor,
	page_path: pagePath({ path: 'events.path', url: 'events.url' }),
};
/** `wanted` is the condition that selects the rows of the raw table that a run reads. */
export const sourceNames: readonly string[] = ['wanted', ...Object.keys(sources)];

/** The SQL and the constants outside the model files that determine rows. The checksum of the models includes them. */
export const definitionsOf = (parameters: Parameters): readonly string[] => [
	...Object.values(constantsOf(parameters)),
	...Object.values(sources),
	rowHash('*'),
];

/**
 * The rows that a reference to a model reads.
 *
 * - `changed`, `{{name}}`: the rows that the run computes or changes
 * - `all`, `{{name.all}}`: all rows
 * - `history`, `{{name.history}}`: the published rows of the visitors whose new events alone the run reads
 * - `before`, `{{name.before}}`: the rows of `history` that the run recomputes
 */
export type Extent = 'changed' | 'all' | 'before' | 'history';

/** Whether an extent has rows that an earlier run published. A run need not compute the model before it reads them. */
export const isPublishedExtent = (extent: Extent): boolean => extent === 'before' || extent === 'history';

/**
 * Comments and quoted text of a statement. A name in them is not a reference. A comment that does not end goes on to
 * the end of the file, and a quotation mark after a backslash begins no text, so that a long file takes no longer than
 * in proportion to its length.
 */
export const commentOrText = new RegExp(
	[
		/--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$)/,
		/'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|\\[\s\S]/,
	]
		.map(({ source }) => source)
		.join('|'),
);
const commentOrReference = new RegExp(`${commentOrText.source}|\\{\\{(\\w+)(?:\\.(all|before|history))?\\}\\}`, 'g');

/** In its group, double braces with what is in them, if that is not the name of rows. */
const commentTextOrStrayBraces = new RegExp(
	`${commentOrText.source}|(\\{\\{(?!\\w+(?:\\.(?:all|before|history))?\\}\\})(?:(?!\\}\\}).){0,40}(?:\\}\\})?)`,
	'g',
);

/** Replaces each reference to a model by the result of `resolve`, outside of comments and quoted text. Pure. */
export function replaceReferences(sql: string, resolve: (name: string, extent: Extent) => string): string {
	return sql.replaceAll(commentOrReference, (whole, name: string | undefined, extent: Extent | undefined) =>
		name === undefined || sourceNames.includes(name) ? whole : resolve(name, extent ?? 'changed'),
	);
}

/** A statement without its comments and the quoted text in it. Pure. */
export const withoutComments = (sql: string): string => sql.replaceAll(new RegExp(commentOrText.source, 'g'), ' ');

/** A statement on one line, without its comments. Line feeds in quoted text stay. Pure. */
export const onOneLine = (sql: string): string =>
	sql.replaceAll(new RegExp(`${commentOrText.source}|\\s*\\n\\s*`, 'g'), (token) =>
		/^(?:--|#|\/\*|\s)/.test(token) ? ' ' : token,
	);

/**
 * The double braces in the text of a file that are neither a reference to rows nor, in a header, a constant. Comments
 * may have any. Pure.
 *
 * @param text the file with its constants and macros replaced
 */
export function strayBraces(text: string): string[] {
	const inHeader = [...text.matchAll(/^-- @.*?(\{\{(?:(?!\}\}).){0,40}(?:\}\})?)/gm)].flatMap(
		([, braces]) => braces ?? [],
	);
	const inSql = [...text.matchAll(commentTextOrStrayBraces)].flatMap(([, braces]) => braces ?? []);
	return [...inHeader, ...inSql];
}

/** Names of the models that must be computed before this statement runs. Pure. */
export function referencesOf(sql: string): string[] {
	const names: string[] = [];
	replaceReferences(sql, (name, extent) => {
		if (!isPublishedExtent(extent)) names.push(name);
		return '';
	});
	return [...new Set(names)];
}

/** Whether a model is ephemeral and adds the published rows of the model `name`, `{{name.before}}`. Pure. */
export const addsPublishedRowsOf = (name: string, { materialized, sql }: Model): boolean =>
	materialized.kind === 'ephemeral' && withoutComments(sql).includes(`{{${name}.before}}`);

/**
 * Replaces the names in double braces that are not models. Pure.
 *
 * @param wanted the condition that selects the rows of the raw table to read
 * @param others SQL that replaces the usual SQL of a name
 */
export function replaceSources(sql: string, wanted: string, others: Record<string, string> = {}): string {
	const values = Object.entries({ ...sources, ...others, wanted });
	// A function, because a text as the replacement would have a meaning where it has a dollar sign.
	return values.reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, () => value), sql);
}

/** Whether a model reads the raw table. Pure. */
export const readsEvents = ({ sql }: Model): boolean => withoutComments(sql).includes('{{events}}');

/**
 * Whether the rows of a model are those of all events that a run reads, so that they are staged in passes where they do
 * not fit in memory at once. Pure.
 */
export const isStaged = (model: Model): boolean => readsEvents(model) && model.events === undefined;

/** Whether the rows of a model belong to visitors or to orders, of which a run recomputes some. Pure. */
export const isKeyed = ({ materialized: { kind } }: Pick<Model, 'materialized'>): boolean =>
	kind === 'incremental by visitor' || kind === 'incremental by order';

/** Whether a model is stored in a table of its own. Pure. */
export const isStored = ({ materialized }: Model): boolean => materialized.kind.startsWith('incremental');

/**
 * The SQL expression for reading or comparing a column. A sketch is finalized, since its bytes depend on the order in
 * which it was filled.
 */
export function readable({ name, type }: ModelColumn): string {
	return type.startsWith('AggregateFunction') ? `finalizeAggregation(${name})` : name;
}
