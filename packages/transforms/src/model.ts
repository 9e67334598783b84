/** A column as a model's header declares it. */
export interface ModelColumn {
	name: string;
	/** ClickHouse type. */
	type: string;
	description: string;
}

/** A model: one SELECT that makes one table. */
export interface Model {
	/** File name without `.sql`, and the name readers use. */
	name: string;
	/** `staging`, `intermediate` or `marts`: the folder. */
	layer: string;
	description: string;
	/** Columns that no two rows share; tested on every run. */
	grain: string[];
	/** Sorting key of its table. */
	order: string[];
	columns: ModelColumn[];
	/** The SELECT, with `{{name}}` where it reads another model. */
	sql: string;
	/** Models that it reads. */
	reads: string[];
}

/** A statement that must return no rows. */
export interface DataTest {
	/** File name without `.sql`, or `<model>_is_unique`. */
	name: string;
	sql: string;
}

/** The names between double braces. */
export function referencesOf(sql: string): string[] {
	return [...new Set([...sql.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] as string))];
}
