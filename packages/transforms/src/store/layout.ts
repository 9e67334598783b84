import { createHash } from 'node:crypto';
import { literal } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import {
	isKeyed,
	isPublishedExtent,
	isStored,
	type Materialization,
	type Model,
	type ModelColumn,
	replaceReferences,
	replaceSources,
} from '../compile/model.js';
import { createConflictsTable } from './event-conflicts.js';
import { createSecretTable } from './hash-key.js';
import {
	createLeftOutTable,
	leftOutColumns,
	leftOutDefinition,
	leftOutView,
	publishedLeftOutConditions,
} from './left-out.js';
import { listInReport } from './runs/judged.js';

/**
 * How runs are stored in the database. Each stored model has one table for all kept runs, with a ClickHouse partition
 * for each run, and a view for readers. In each time partition the view shows the rows of one run: the run that the
 * newest row of `transform_runs` names for that time partition. One new row in `transform_runs` therefore publishes all
 * models at once, and a run writes only the time partitions that changed.
 */

export const runsTable = 'transform_runs';

const runsBody = `(
    run UInt64 COMMENT 'Start of the run, microseconds since 1970; always greater than the number of the run before',
    models String COMMENT 'Checksum of the model files',
    kind LowCardinality(String) COMMENT 'rebuild, incremental, rollback or resume',
    ledger String COMMENT 'JSON: the watermark, which blocks of the raw table the run has seen',
    manifest Map(String, Array(Tuple(UInt16, UInt16, UInt64))) COMMENT 'By model: first and last time partition, in days since 1970, and the run whose rows readers see in them',
    report String COMMENT 'JSON: the report of the run',
    published_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree ORDER BY run
-- Readers look up only the newest row.
SETTINGS index_granularity = 64`;

// Memory: only the run that fills it reads it, and a restart of the server may lose it.
const changesBody = `(
    run UInt64,
    site LowCardinality(String),
    visitor_id UInt64,
    is_reread Bool COMMENT 'Whether the run reads all events of the visitor, not only the new ones',
    events UInt64 COMMENT 'Number of known events and new receipts of the visitor',
    days Array(Date) COMMENT 'Days with published rows that the run recomputes'
)
ENGINE = Memory`;

const repeatsBody = `(
    run UInt64,
    site LowCardinality(String),
    visitor_id UInt64,
    event_id UUID,
    is_replaced Bool COMMENT 'Whether a new receipt replaces the counted one'
)
ENGINE = Memory`;

const visitorDaysBody = `(
    run UInt64,
    site LowCardinality(String),
    visitor_id UInt64,
    day Date COMMENT 'A day on which the visitor sent events, before this run or after it'
)
ENGINE = Memory`;

const ordersBody = `(
    run UInt64,
    site LowCardinality(String),
    order_id String,
    days Array(Date) COMMENT 'Days on which the order has reports, before this run or after it',
    reports UInt64 COMMENT 'Number of these reports',
    kinds Array(UInt8) COMMENT 'For each model by order with the header line @reports, whether one of them is such a report'
)
ENGINE = Memory`;

/** Hash of the structure of a table. It is part of the table's name, so a table with another structure is a new one. */
const structureHash = (structure: string) => createHash('sha256').update(structure).digest('hex').slice(0, 8);

/** Table of the visitors that the current run recomputes. */
export const changesTable = `transform_scratch_changes__${structureHash(changesBody)}`;

/** Table of events that an earlier run has counted and that have new receipts. */
export const repeatsTable = `transform_scratch_repeats__${structureHash(repeatsBody)}`;

/** Table of the days of the visitors that the current run recomputes, for own models. */
export const visitorDaysTable = `transform_scratch_visitor_days__${structureHash(visitorDaysBody)}`;

/** Table of the orders that the current run recomputes, where these are too many for a list in its statements. */
export const changedOrdersTable = `transform_scratch_changed_orders__${structureHash(ordersBody)}`;

/** Creates the view of the visitors and sites that the published run leaves out. */
const createLeftOut = viewStatement(
	leftOutView,
	leftOutColumns,
	leftOutDefinition(`(SELECT ${listInReport} FROM ${runsTable} ORDER BY run DESC LIMIT 1)`),
);
const leftOutComment = commentOf(
	'Visitors and sites that the marts leave out, because their data fails a data test or cannot be computed.',
	createLeftOut,
);

/** The view of the visitors and sites that are left out, with its comment, by which it shows whether it is current. */
export const leftOutViewStatement = {
	name: leftOutView,
	comment: leftOutComment,
	statement: `${createLeftOut} COMMENT ${literal(leftOutComment)}`,
};

/** The statements that create the engine's own tables and the models' tables, by table name. */
export function tableStatements(project: Project): Map<string, string> {
	const engineTables = [
		`CREATE TABLE IF NOT EXISTS ${runsTable}\n${runsBody}`,
		`CREATE TABLE IF NOT EXISTS ${changesTable}\n${changesBody}`,
		`CREATE TABLE IF NOT EXISTS ${repeatsTable}\n${repeatsBody}`,
		`CREATE TABLE IF NOT EXISTS ${visitorDaysTable}\n${visitorDaysBody}`,
		`CREATE TABLE IF NOT EXISTS ${changedOrdersTable}\n${ordersBody}`,
		createSecretTable,
		createLeftOutTable,
		createConflictsTable,
	].map((statement) => [/^CREATE TABLE IF NOT EXISTS (\w+)/.exec(statement)?.[1], statement]);
	const modelTables = project.models
		.filter((model) => model.materialized.kind !== 'view')
		.map((model) => [tableOf(model), createTable(model)]);
	return new Map([...engineTables, ...modelTables] as [string, string][]);
}

/**
 * Whether rows have a hash of all their columns, by which a run detects which time partitions it changes. A run that
 * recomputes an order changes all days on which the order has reports, so that rows of orders need no hash.
 */
export const hasRowHash = ({ materialized }: Model): boolean => materialized.kind === 'incremental by visitor';

/**
 * Former words of `@materialized`, which the hashes in table names still use. With the present words every model would
 * get a new, empty table.
 */
const kindsInNames: Record<Materialization['kind'], string> = {
	ephemeral: 'run',
	'incremental by visitor': 'visitor',
	'incremental by order': 'order',
	'incremental by partition': 'unit',
	'incremental from partition': 'onwards',
	view: 'view',
};

/** The name of a model's table. It has a hash of the structure: a changed model gets a new table beside the old one. */
export function tableOf(model: Model): string {
	const { name, columns, order, materialized, partition } = model;
	const hash = structureHash(
		JSON.stringify([columns.map(({ name, type }) => [name, type]), order, kindsInNames[materialized.kind], partition]),
	);
	if (model.own !== undefined) return `own_${name}__${hash}`;
	return materialized.kind === 'ephemeral' ? `transform_scratch_${name}__${hash}` : `${name}__${hash}`;
}

/**
 * The key of a model in the manifest. An own model has its table there: while a run replaces the rows of a model whose
 * columns have changed, or cannot compute it, readers see the rows of the earlier table.
 */
const manifestKey = (model: Model): string => (model.own === undefined ? model.name : tableOf(model));

/** Names of tables of own models, whatever the models of a project are. A regular expression of ClickHouse. */
export const ownTables = '^own_[a-z0-9_]+__[0-9a-f]{8}$';

export function createTable(model: Model): string {
	const hash = hasRowHash(model) ? ['row_hash UInt64'] : [];
	const columns = ['run UInt64', ...hash, ...model.columns.map(({ name, type }) => `${name} ${type}`)];
	// Most queries select some days of a long history, so the time partition comes first unless the model places it.
	const order = model.order.includes(model.partition) ? model.order : [model.partition, ...model.order];
	const engine = isStored(model) ? `MergeTree PARTITION BY run ORDER BY (${order.join(', ')})` : 'Memory';
	// A run looks up a few visitors, or orders, in such a table. Small granules keep the number of other rows read low;
	// still smaller ones would need more memory for marks.
	const isLookedUp = model.own === undefined && isKeyed(model) && order[0] !== model.partition;
	const settings = isLookedUp ? '\nSETTINGS index_granularity = 1024' : fewEventsSettings(model);
	return `CREATE TABLE IF NOT EXISTS ${tableOf(model)}\n(\n    ${columns.join(',\n    ')}\n)\nENGINE = ${engine}${settings}`;
}

/** The events of many slices and passes may be in the table at once, with texts that repeat. */
const fewEventsSettings = ({ events }: Model) => (events === undefined ? '' : '\nSETTINGS compress = 1');

/** Name of the view over all kept runs of a model's table, see `viewDefinition`. */
export function runsViewOf(table: string): string {
	return `${table}_runs`;
}

export function createRunsView(model: Model): string {
	const table = tableOf(model);
	return `CREATE VIEW IF NOT EXISTS ${runsViewOf(table)} AS SELECT * FROM ${table}`;
}

/**
 * A subquery for the manifest of the newest run of these model files. ClickHouse evaluates it once per query, so that
 * all models in a query use the same manifest.
 */
function newestManifest(project: Pick<Project, 'checksum'>): string {
	const newest = `SELECT manifest, run FROM ${runsTable} WHERE models = '${project.checksum}' ORDER BY run DESC LIMIT 1`;
	// Without a run the aggregate returns an empty manifest.
	return `(SELECT argMax(manifest, run) FROM (${newest}))`;
}

/**
 * The SELECT of a model for readers. For a stored model it selects, in each time partition, the rows of the run that
 * the newest manifest names. It reads a view over the table and not the table itself: ClickHouse captures the parts of
 * a table before it evaluates the subquery, so that a run that is written and published in between would be missing
 * from the captured parts, and the reader would see no rows. The parts behind a view are captured after the manifest is
 * known.
 *
 * @param sourceOf the SQL of a model that a computed view reads. @default the name of its view
 */
export function viewDefinition(
	model: Model,
	project: Project,
	sourceOf: (read: Model) => string = ({ name }) => name,
): string {
	if (!isStored(model)) return computedView(model, project, sourceOf);
	const columns = [...model.columns.map(({ name }) => name), ...aliasesOf(model)];
	return `SELECT ${columns.join(', ')} FROM ${runsViewOf(tableOf(model))}
WHERE (${model.partition}, run) IN
(
    SELECT toDate(arrayJoin(range(toUInt32(seen.1), toUInt32(seen.2) + 1))), seen.3
    FROM (SELECT arrayJoin(${newestManifest(project)}['${manifestKey(model)}']) AS seen)
)`;
}

/** The SELECT of a model without a table, computed from all events and published rows, with the header's types. */
function computedView(model: Model, project: Project, sourceOf: (read: Model) => string): string {
	const columns = model.columns.map(({ name, type }) => `CAST(${name}, '${type.replaceAll("'", "\\'")}') AS ${name}`);
	// The view has a constant instead of `event_hash`: readers do not need the hash, and the definition of the view would
	// show them its key.
	const sources = replaceSources(model.sql, publishedLeftOutConditions.isIn, { event_hash: 'toUInt32(0)' });
	const sql = replaceReferences(sources, (name, extent) => {
		const read = project.models.find((other) => other.name === name) as Model;
		if (!isPublishedExtent(extent)) return sourceOf(read);
		// The view computes its rows from all events, so there are no published rows to add.
		return `(SELECT ${read.columns.map((column) => column.name).join(', ')} FROM ${runsViewOf(tableOf(read))} WHERE false)`;
	});
	return `SELECT ${[...columns, ...aliasesOf(model)].join(', ')} FROM (\n${sql}\n)`;
}

/**
 * The definition of a view that reads no other view of a model: the definitions of these are part of it. It shows
 * whether a whole set of views is valid before the first of them is created.
 */
export function standaloneDefinition(model: Model, project: Project): string {
	return viewDefinition(model, project, (read) => `(${standaloneDefinition(read, project)})`);
}

/** The SELECT list of the former names of columns, which readers can still use in a view. */
const aliasesOf = ({ aliases }: Model) => aliases.map(({ name, column }) => `${column} AS ${name}`);

/** A column of a view, with its comment for readers. */
type ViewColumn = Pick<ModelColumn, 'name' | 'type' | 'description'>;

/** The columns of a model's view: those of the model, and their former names. */
function viewColumns({ columns, aliases }: Model): ViewColumn[] {
	const former = aliases.map(({ name, column }) => ({
		name,
		type: columns.find((one) => one.name === column)?.type ?? '',
		description: `Former name of ${column}.`,
	}));
	return [...columns, ...former];
}

/** The statement that creates a view without its comment, by the columns of its SELECT. */
function viewStatement(name: string, columns: readonly ViewColumn[], definition: string): string {
	const list = columns.map((column) => `${column.name} ${column.type} COMMENT ${literal(column.description)}`);
	return `CREATE OR REPLACE VIEW ${name}\n(\n    ${list.join(',\n    ')}\n)\nAS ${definition}`;
}

/**
 * The comment of a view: its description for readers, and a hash of the statement that creates it, which shows whether
 * the view is current.
 */
function commentOf(description: string, statement: string, word = 'definition'): string {
	const hash = createHash('sha256').update(statement).digest('hex').slice(0, 16);
	return `${description} (${word} ${hash})`;
}

/** The end of the comment of an own model's view, by which a run recognises it when the model is gone. */
export const ownComment = /\(own definition [0-9a-f]{16}( [0-9a-f]{16})?\)$/;

const createModelView = (model: Model, project: Project) =>
	viewStatement(model.name, viewColumns(model), viewDefinition(model, project));

/** The comment of a model's view as it should be. */
export function viewComment(model: Model, project: Project): string {
	const word = model.own === undefined ? 'definition' : 'own definition';
	return commentOf(model.description, createModelView(model, project), word);
}

export function createView(model: Model, project: Project): string {
	return `${createModelView(model, project)} COMMENT ${literal(viewComment(model, project))}`;
}
