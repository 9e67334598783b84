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
 * - `visitor`: a table; all rows of a visitor are made anew when any of the visitor's events is new.
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
	/** What must hold in every row, by its words. */
	checks: { condition: string; words: string }[];
	/**
	 * A column of hashes of event ids that its rows hold, in arrays. Then rows of a visitor whose events are all new are carried over
	 * as `{{name.before}}` to the run, which reads only the new events. At most one model of a project has it, and it joins what the one
	 * model that it reads has in the same columns.
	 */
	carries: string | undefined;
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

/** What a model may read besides models: the raw table, a condition that its rows must meet in a run, and an event's hash. */
const sourceNames = ['events', 'wanted', 'event_hash'];

/** Of an event id, to be told again by; two ids with the same one cost a reading of all events of their visitor. */
export const eventHash = 'toUInt32(cityHash64(event_id))';

/**
 * What a reference means: `{{name}}` the rows that the run makes or changes, `{{name.all}}` all of them, `{{name.before}}` those that were
 * published before of the visitors of whom the run reads new events only.
 */
export type Extent = 'changed' | 'all' | 'before';

const reference = /\{\{(\w+)(?:\.(all|before))?\}\}/g;

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
		if (extent !== 'before') names.push(name);
		return '';
	});
	return [...new Set(names)];
}

/** Puts the raw table and what a run wants of it in their places. Pure. */
export function replaceSources(sql: string, wanted: string): string {
	return sql
		.replaceAll('{{events}}', 'events FINAL')
		.replaceAll('{{wanted}}', wanted)
		.replaceAll('{{event_hash}}', eventHash);
}

/** Whether a model has a table of its own. */
export function isStored({ refresh }: Model): boolean {
	return refresh.kind === 'visitor' || refresh.kind === 'unit' || refresh.kind === 'onwards';
}

/** A column as it is read and compared: of a sketch what it says, since its bytes depend on the order in which it was filled. */
export function readable({ name, type }: ModelColumn): string {
	return type.startsWith('AggregateFunction') ? `finalizeAggregation(${name})` : name;
}
