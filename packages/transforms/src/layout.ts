import { createHash } from 'node:crypto';
import type { Project } from './compile.js';
import { createConflictsTable } from './event-conflicts.js';
import { createSecretTable } from './hash-key.js';
import { listInReport } from './judged.js';
import { createLeftOutTable, createLeftOutView, leftOutView, ofPublishedList } from './left-out.js';
import { isOfBefore, isStored, type Model, replaceReferences, replaceSources } from './model.js';

/**
 * How runs lie in the database. A stored model has a table of all its kept runs, one partition each, and a view that shows
 * of every unit the rows of the run that the newest published row of `transform_runs` names for it. So all models flip
 * together with that one row, and a run writes the units that changed and nothing else.
 */

export const runsTable = 'transform_runs';

const runsBody = `(
    run UInt64 COMMENT 'Microseconds since 1970 at its start, or one more than the last run',
    models String COMMENT 'Checksum of the model files',
    kind LowCardinality(String) COMMENT 'rebuild, incremental, rollback or resume',
    ledger String COMMENT 'JSON: which blocks of the raw table it has seen',
    manifest Map(String, Array(Tuple(UInt16, UInt16, UInt64))) COMMENT 'By model: first and last unit, in days since 1970, and the run that readers see of them',
    report String COMMENT 'JSON: what it did',
    published_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree ORDER BY run
-- Every reader looks up the newest row alone.
SETTINGS index_granularity = 64`;

// Memory: gone with the server, and read by nobody but the run that fills it.
const changesBody = `(
    run UInt64,
    site LowCardinality(String),
    visitor_id UInt64,
    is_reread Bool COMMENT 'Whether all events of the visitor are read, not only the new ones',
    events UInt64 COMMENT 'Events that are known of the visitor, and receipts that are new',
    days Array(Date) COMMENT 'Those of before that are made anew'
)
ENGINE = Memory`;

const repeatsBody = `(
    run UInt64,
    site LowCardinality(String),
    visitor_id UInt64,
    event_id UUID,
    is_replaced Bool COMMENT 'Whether a new receipt takes the place of the one that was counted'
)
ENGINE = Memory`;

/** Of a table, so that another structure has another name. */
const structureHash = (structure: string) => createHash('sha256').update(structure).digest('hex').slice(0, 8);

/** Which visitors the run under way makes anew. */
export const changesTable = `transform_scratch_changes__${structureHash(changesBody)}`;

/** Events that were counted before and have new receipts. */
export const repeatsTable = `transform_scratch_repeats__${structureHash(repeatsBody)}`;

/** The view of what the published run leaves out, by its name. */
export const leftOutViewStatement: readonly [name: string, statement: string] = [
	leftOutView,
	createLeftOutView(`(SELECT ${listInReport} FROM ${runsTable} ORDER BY run DESC LIMIT 1)`),
];

/** Every table of the engine's own and of the models, by name, as the statement that creates it. */
export function tableStatements(project: Project): Map<string, string> {
	const own = [
		`CREATE TABLE IF NOT EXISTS ${runsTable}\n${runsBody}`,
		`CREATE TABLE IF NOT EXISTS ${changesTable}\n${changesBody}`,
		`CREATE TABLE IF NOT EXISTS ${repeatsTable}\n${repeatsBody}`,
		createSecretTable,
		createLeftOutTable,
		createConflictsTable,
	].map((statement) => [/^CREATE TABLE IF NOT EXISTS (\w+)/.exec(statement)?.[1], statement]);
	const ofModels = project.models
		.filter((model) => model.refresh.kind !== 'view')
		.map((model) => [tableOf(model), createTable(model)]);
	return new Map([...own, ...ofModels] as [string, string][]);
}

/** Whether rows carry a hash of all their columns, by which a run tells what it changes. */
export const hasRowHash = ({ refresh }: Model): boolean => refresh.kind === 'visitor';

/** The table's name holds a hash of its structure, so that a changed model gets a new table beside the old one. */
export function tableOf(model: Model): string {
	const { name, columns, order, refresh, unit } = model;
	const hash = structureHash(
		JSON.stringify([columns.map(({ name, type }) => [name, type]), order, refresh.kind, unit]),
	);
	return refresh.kind === 'run' ? `transform_scratch_${name}__${hash}` : `${name}__${hash}`;
}

function createTable(model: Model): string {
	const hash = hasRowHash(model) ? ['row_hash UInt64'] : [];
	const columns = ['run UInt64', ...hash, ...model.columns.map(({ name, type }) => `${name} ${type}`)];
	// Readers ask for some days of all the history, so the unit comes first, unless the model has a place for it.
	const order = model.order.includes(model.unit) ? model.order : [model.unit, ...model.order];
	const engine = isStored(model) ? `MergeTree PARTITION BY run ORDER BY (${order.join(', ')})` : 'Memory';
	// A run looks up some visitors among all: with small granules it reads few others along with them, and with smaller ones more marks.
	const settings = model.carries === undefined ? '' : '\nSETTINGS index_granularity = 1024';
	return `CREATE TABLE IF NOT EXISTS ${tableOf(model)}\n(\n    ${columns.join(',\n    ')}\n)\nENGINE = ${engine}${settings}`;
}

/** All kept runs of a model, as a view over its table: see `viewDefinition`. */
export function runsViewOf(table: string): string {
	return `${table}_runs`;
}

export function createRunsView(model: Model): string {
	const table = tableOf(model);
	return `CREATE VIEW IF NOT EXISTS ${runsViewOf(table)} AS SELECT * FROM ${table}`;
}

/** What readers see of each model, as the newest run of these model files says. All models of a query share one look-up. */
function seenManifest(project: Project): string {
	const newest = `SELECT manifest, run FROM ${runsTable} WHERE models = '${project.checksum}' ORDER BY run DESC LIMIT 1`;
	// The aggregate makes an empty manifest out of no row.
	return `(SELECT argMax(manifest, run) FROM (${newest}))`;
}

/**
 * What readers see of a stored model: of every unit the rows that the newest run names. It reads a view and not the table,
 * because ClickHouse captures a table's parts before it evaluates the subquery: a run that is written and published in
 * between would be looked for in parts that do not have it, and the reader would see no rows. The parts behind a view are
 * captured only when the manifest is known.
 */
export function viewDefinition(model: Model, project: Project): string {
	if (!isStored(model)) return computedView(model, project);
	const columns = [...model.columns.map(({ name }) => name), ...aliasesOf(model)];
	return `SELECT ${columns.join(', ')} FROM ${runsViewOf(tableOf(model))}
WHERE (${model.unit}, run) IN
(
    SELECT toDate(arrayJoin(range(toUInt32(seen.1), toUInt32(seen.2) + 1))), seen.3
    FROM (SELECT arrayJoin(${seenManifest(project)}['${model.name}']) AS seen)
)`;
}

/** A model that is computed when it is read, from what readers see and all events. With the types that its header says. */
function computedView(model: Model, project: Project): string {
	const columns = model.columns.map(({ name, type }) => `CAST(${name}, '${type.replaceAll("'", "\\'")}') AS ${name}`);
	// Hashes in a view are never compared, and readers could see the key in its definition.
	const sources = replaceSources(model.sql, ofPublishedList.isIn, { event_hash: 'toUInt32(0)' });
	const sql = replaceReferences(sources, (name, extent) => {
		if (!isOfBefore(extent)) return name;
		// From all events everything is made, nothing was there before.
		const read = project.models.find((other) => other.name === name) as Model;
		return `(SELECT ${read.columns.map((column) => column.name).join(', ')} FROM ${runsViewOf(tableOf(read))} WHERE false)`;
	});
	return `SELECT ${[...columns, ...aliasesOf(model)].join(', ')} FROM (\n${sql}\n)`;
}

/** Former names of columns, which readers still find in a view. */
const aliasesOf = ({ aliases }: Model) => aliases.map(({ name, column }) => `${column} AS ${name}`);

/** Tells whether a view in the database is the one that it should be; kept as its comment. */
export function viewSignature(model: Model, project: Project): string {
	return createHash('sha256').update(viewDefinition(model, project)).digest('hex').slice(0, 16);
}

export function createView(model: Model, project: Project): string {
	return `CREATE OR REPLACE VIEW ${model.name} AS ${viewDefinition(model, project)} COMMENT '${viewSignature(model, project)}'`;
}
