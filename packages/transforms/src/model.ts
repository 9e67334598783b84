import { attributeMacros, sessionAttributes } from './compile/session-attributes.js';

/** A column as a model's header declares it. */
export interface ModelColumn {
	name: string;
	/** ClickHouse type. */
	type: string;
	description: string;
	/** What every value must be, as the right side of a condition: `>= 0`, `IN ('a', 'b')`; undefined for anything. */
	test: string | undefined;
}

/**
 * How a run brings a model up to date.
 *
 * - `run`: made anew in every run, of the visitors that it recomputes; for readers a view that is computed when it is read.
 * - `visitor`: a table; when any of a visitor's events is new, the visitor's rows are made anew from that day on, or from the first day that
 *   sessions connect with it. Of one whose events may have been counted before, all rows are.
 * - `unit`: a table; the rows of a unit (a day, a week) are made anew when that unit of any model that it reads changed.
 * - `onwards`: a table with rows for every day from a site's first in what it reads to its last; the rows of a day and of all later ones
 *   are made anew when that day of what it reads changed, from what it reads of that day, of later ones and of so many days before.
 * - `view`: computed when it is read.
 */
export type Refresh =
	| { kind: 'run' }
	| { kind: 'visitor' }
	| { kind: 'unit' }
	| { kind: 'onwards'; lookbackDays: number }
	| { kind: 'view' };

/** A model: one SELECT. */
export interface Model {
	/** File name without `.sql`, and the name readers use. */
	name: string;
	/** `staging`, `intermediate` or `marts`: the folder. */
	layer: string;
	description: string;
	/** Columns that no two rows share; tested on every run. */
	grain: string[];
	/** Sorting key of its table, after the unit. */
	order: string[];
	refresh: Refresh;
	/** The date that rows are replaced by: `day`, or `week`, a Monday. Readers see of every unit the rows of one run. */
	unit: 'day' | 'week';
	tags: string[];
	columns: ModelColumn[];
	/** Former names of columns, which readers can use for one more version. */
	aliases: { name: string; column: string }[];
	/** What must hold in every row, by its words. */
	checks: { condition: string; words: string }[];
	/**
	 * What tells a run how far back it must go. One model with `@refresh visitor` has it, with a row for every day on which a visitor has
	 * rows in any such model: two columns, hashes of the ids of the day's events, and whether its first session began on an earlier day.
	 */
	carries: { hashes: string; isContinued: string } | undefined;
	/** The SELECT, with references where it reads another model, see `replaceReferences`. */
	sql: string;
	/** Models that it reads. */
	reads: string[];
}

/** A statement that must return no rows. */
export interface DataTest {
	/** File name without `.sql`. */
	name: string;
	/** Models that it reads. */
	reads: string[];
	sql: string;
}

/** Statement parameters that hold the key of stored hashes, see `HashKey`. */
const hashKey = '({hash_key_0:UInt64}, {hash_key_1:UInt64})';

/** A 32-bit hash that recognises an event seen before. A collision only costs re-reading that visitor. */
export const eventHash = `toUInt32(sipHash64Keyed(${hashKey}, event_id))`;

/**
 * Hash by which a run detects that a row has changed. It covers the bytes of the row, since hashing each column
 * separately takes three times as long. The hashes of a unit are combined by XOR, which is safe only while the key is
 * secret.
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

/** Longest time between two events of one session, milliseconds. */
export const sessionGapMs = 1_800_000;

/**
 * Maximum length of a list in a row about one visitor: paths, products, adds to cart and web vitals of a visit or a
 * day. Items beyond it are only counted. A list keeps its first items in a defined order, so that it does not depend on
 * the order in which events arrive.
 */
const listMax = 1_000;

/** Constants that headers and statements of models name in double braces. */
const constants: Record<string, string> = {
	session_gap_ms: String(sessionGapMs),
	session_gap_s: String(sessionGapMs / 1000),
	list_max: String(listMax),
	...attributeMacros(sessionAttributes),
};

/** Replaces the constants in the text of a file. Pure. */
export function replaceConstants(text: string): string {
	return Object.entries(constants).reduce((all, [name, value]) => all.replaceAll(`{{${name}}}`, value), text);
}

/** What models may name besides models; `wanted` is a condition that rows of the raw table must meet in a run. */
const sources: Record<string, string> = {
	events: 'events FINAL',
	event_hash: eventHash,
	event_day: eventDay,
	event_time: eventTime,
};
const sourceNames = ['wanted', ...Object.keys(sources)];

/** Everything besides the text of its model that a row depends on. */
export const definitions: readonly string[] = [...Object.values(sources), rowHash('*')];

/**
 * What a reference means: `{{name}}` the rows that the run makes or changes, `{{name.all}}` all of them. Of the visitors of whom the run
 * reads new events only, `{{name.history}}` is what was published before, and `{{name.before}}` what of it the run makes anew.
 */
export type Extent = 'changed' | 'all' | 'before' | 'history';

/** Whether it is of what was there before the run, which no model has to be made for. */
export const isOfBefore = (extent: Extent): boolean => extent === 'before' || extent === 'history';

const reference = /\{\{(\w+)(?:\.(all|before|history))?\}\}/g;

/** Puts what is read in the place of each reference to a model. Pure. */
export function replaceReferences(sql: string, resolve: (name: string, extent: Extent) => string): string {
	return sql.replaceAll(reference, (whole, name: string, extent: Extent | undefined) =>
		sourceNames.includes(name) ? whole : resolve(name, extent ?? 'changed'),
	);
}

/** The models between double braces that must be made before; not what was there before. */
export function referencesOf(sql: string): string[] {
	const names: string[] = [];
	replaceReferences(sql, (name, extent) => {
		if (!isOfBefore(extent)) names.push(name);
		return '';
	});
	return [...new Set(names)];
}

/** Whether a model that is made in every run joins what it reads with what a model of visitors had before. Pure. */
export const joins = (name: string, { refresh, sql }: Model): boolean =>
	refresh.kind === 'run' && sql.includes(`{{${name}.before}}`);

/**
 * Replaces the raw table, the selection of a run, and the other names that are not models. Pure.
 *
 * @param others values that replace the usual ones
 */
export function replaceSources(sql: string, wanted: string, others: Record<string, string> = {}): string {
	const values = Object.entries({ ...sources, ...others, wanted });
	return values.reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, value), sql);
}

/** Whether a model has a table of its own. */
export function isStored({ refresh }: Model): boolean {
	return refresh.kind === 'visitor' || refresh.kind === 'unit' || refresh.kind === 'onwards';
}

/** A column as it is read and compared: of a sketch what it says, since its bytes depend on the order in which it was filled. */
export function readable({ name, type }: ModelColumn): string {
	return type.startsWith('AggregateFunction') ? `finalizeAggregation(${name})` : name;
}
