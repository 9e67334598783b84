import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addVariety, eventsPerVariedVisitor, fillHistory, variedDefinitions } from '@footfall/dashboard/testing';
import { parseDefinitions } from '@footfall/definitions';
import { build, compileOrThrow, defaultParameters } from '@footfall/transforms';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';

/** Site key of the history. */
export const site = 'shop';

/**
 * A ClickHouse server with a history of a varied shop in its marts.
 *
 * @param {object} options
 * @param {number} options.days length of the history
 * @param {number} options.events
 * @param {string} [options.directory] folder in which the history stays, and of which a history is used that is there
 *   already. @default a folder that is removed at the end
 */
export async function startHistory({ days, events, directory }) {
	const folder = directory ?? mkdtempSync(join(tmpdir(), 'footfall-bench-'));
	if (directory === undefined) process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	const server = await startEmbeddedServer({ directory: join(folder, 'clickhouse') });
	const warehouse = connect({ url: server.url, ...server.writer });
	await migrate(warehouse);
	const [{ stored }] = await warehouse.query('SELECT count() AS stored FROM events');
	if (Number(stored) === 0) {
		await fillHistory(warehouse, { days, visitors: Math.round(events / eventsPerVariedVisitor), site, orders: true });
		await addVariety(warehouse, site);
	}
	const models = compileOrThrow(undefined, { ...defaultParameters, definitions: definitionsOf(variedDefinitions) });
	const { outcome } = await build(warehouse, models);
	if (outcome === 'tests-failed') throw new Error(`the marts are ${outcome}`);
	const reader = connect({ url: server.url, ...server.reader });
	return {
		warehouse,
		reader,
		pid: server.pid,
		async stop() {
			await Promise.all([warehouse.close(), reader.close()]);
			await server.stop();
		},
	};
}

function definitionsOf(json) {
	const parsed = parseDefinitions(JSON.stringify(json), 'definitions.json');
	if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
	return parsed.definitions;
}
