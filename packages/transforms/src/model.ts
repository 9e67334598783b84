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
 * - `onwards`: a table; the rows of a unit and of all later ones are made anew when that unit of what it reads changed, from
 *   what it reads of that unit, of later ones and of so many days before.
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
	/** The SELECT, with `{{name}}` where it reads another model. */
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

/** What a model may read besides models: the raw table, and a condition that its rows must meet in a run. */
const sourceNames = ['events', 'visitors'];

/** The names between double braces, without the sources. */
export function referencesOf(sql: string): string[] {
	const names = [...sql.matchAll(/\{\{(\w+)(?:\.all)?\}\}/g)].map((match) => match[1] as string);
	return [...new Set(names)].filter((name) => !sourceNames.includes(name));
}

/** Whether a model has a table of its own. */
export function isStored({ refresh }: Model): boolean {
	return refresh.kind === 'visitor' || refresh.kind === 'unit' || refresh.kind === 'onwards';
}

/** A column as it is read and compared: of a sketch what it says, since its bytes depend on the order in which it was filled. */
export function readable({ name, type }: ModelColumn): string {
	return type.startsWith('AggregateFunction') ? `finalizeAggregation(${name})` : name;
}
