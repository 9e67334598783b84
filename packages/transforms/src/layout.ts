import { createHash } from 'node:crypto';
import type { Project } from './compile.js';
import type { Model } from './model.js';

/**
 * How runs lie in the database. Every model has a table of all its kept runs, one partition each, and a view that shows
 * the newest published one. A run is published by one row in `transform_runs`, so all models flip together.
 */

export const runsTable = 'transform_runs';

export const createRunsTable = `CREATE TABLE IF NOT EXISTS ${runsTable}
(
    run UInt64 COMMENT 'Microseconds since 1970 at its start, or one more than the last run',
    models String COMMENT 'Checksum of the model files',
    source String COMMENT 'What the run had seen of the raw table: the highest block and mutation of every partition',
    published_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree ORDER BY run`;

/** The table's name holds a hash of its structure, so that a changed model gets a new table beside the old one. */
export function tableOf(model: Model): string {
	const structure = JSON.stringify([model.columns.map(({ name, type }) => [name, type]), model.order]);
	return `${model.name}__${createHash('sha256').update(structure).digest('hex').slice(0, 8)}`;
}

export function createTable(model: Model): string {
	const columns = model.columns.map(({ name, type }) => `    ${name} ${type}`);
	return `CREATE TABLE IF NOT EXISTS ${tableOf(model)}\n(\n    run UInt64,\n${columns.join(',\n')}\n)
ENGINE = MergeTree PARTITION BY run ORDER BY (${model.order.join(', ')})`;
}

/** All kept runs of a model, as a view over its table: see `viewDefinition`. */
export function runsViewOf(table: string): string {
	return `${table}_runs`;
}

export function createRunsView(model: Model): string {
	const table = tableOf(model);
	return `CREATE VIEW IF NOT EXISTS ${runsViewOf(table)} AS SELECT * FROM ${table}`;
}

/**
 * What readers see: the newest run that was published from these model files. It reads a view and not the table, because
 * ClickHouse captures a table's parts before it evaluates the subquery: a run that is written and published in between
 * would be the one looked for in parts that do not have it, and the reader would see an empty mart. The parts behind a
 * view are captured only when the number is known. All models of a query share one look-up of it.
 */
export function viewDefinition(model: Model, project: Project): string {
	return `SELECT * EXCEPT run FROM ${runsViewOf(tableOf(model))}
WHERE run = (SELECT max(run) FROM ${runsTable} WHERE models = '${project.checksum}')`;
}

/** Tells whether a view in the database is the one that it should be; kept as its comment. */
export function viewSignature(model: Model, project: Project): string {
	return createHash('sha256').update(viewDefinition(model, project)).digest('hex').slice(0, 16);
}

export function createView(model: Model, project: Project, { replace }: { replace: boolean }): string {
	const create = replace ? 'CREATE OR REPLACE VIEW' : 'CREATE VIEW IF NOT EXISTS';
	return `${create} ${model.name} AS ${viewDefinition(model, project)} COMMENT '${viewSignature(model, project)}'`;
}

/** SQL with every `{{model}}` replaced by that model as this run has made it. */
export function ofRun(sql: string, project: Project): string {
	return sql.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
		const model = project.models.find((candidate) => candidate.name === name) as Model;
		return `(SELECT * EXCEPT run FROM ${tableOf(model)} WHERE run = {run:UInt64})`;
	});
}

/** Fills a model's partition of a run. */
export function insertRun(model: Model, project: Project): string {
	const columns = model.columns.map(({ name }) => name).join(', ');
	return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT {run:UInt64}, ${columns} FROM (\n${ofRun(model.sql, project)}\n)`;
}
