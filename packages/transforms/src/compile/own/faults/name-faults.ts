/** Words that ClickHouse reads as a part of a statement where the name of a table may stand. */
const clickhouseWords = new Set(
	`all alter and anti any apply array as asc asof attach between both by case cast check cluster column constraint
	create cross cube database databases date day default delete desc describe detach dictionary distinct distributed
	div drop else end engine except exchange exists explain extract false fetch fill final first following for format
	freeze from full function global grant group grouping having hour if ignore ilike in index inf inner insert
	intersect interval into is join key kill last leading left like limit live local materialized minute mod modify
	month move nan natural not null nulls offset on optimize or order outer over parallel partition paste preceding
	prewhere primary projection qualify quarter range recursive rename replace right rollup row rows sample second
	select semi set settings show table tables temporary then ties to top totals trailing trim true truncate ttl type
	unbounded union update use using uuid values view week when where window with year`.split(/\s+/),
);

/** Names of the engine's own tables and views. */
const reservedNames = [
	'events',
	'events_quarantine',
	'migrations',
	'marts_left_out',
	'event_conflicts',
	'exchange_rates',
	'superseded_inserts',
	'wanted',
];

/**
 * The fault of the name of an own model, a macro or a data test; undefined for none. Pure.
 *
 * @param taken names of models of this package and of the engine, in lower case
 */
export function nameFault(name: string, taken: ReadonlySet<string>): string | undefined {
	const rename = 'rename the file';
	if (!/^[a-z][a-z0-9_]{0,62}$/.test(name))
		return `"${name}" is not a name of 1 to 63 small letters, digits and underscores that begins with a letter; ${rename}`;
	if (name.includes('__')) return `"${name}" has two underscores in a row, as the engine's own tables have; ${rename}`;
	if (/^(?:transform|own)_/.test(name))
		return `"${name}" begins with ${name.split('_')[0]}_, as the engine's own tables do; ${rename}`;
	if (clickhouseWords.has(name)) return `"${name}" is a word of ClickHouse's SQL; ${rename}, such as ${name}_days.sql`;
	if (reservedNames.includes(name) || taken.has(name)) return `"${name}" is a name of Footfall's own; ${rename}`;
	return undefined;
}
