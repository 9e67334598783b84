import { type Condition, type ConditionEvent, conditionSql, matches } from '@footfall/definitions';
import { literal, type Warehouse } from '@footfall/warehouse';
import { compileOrThrow } from '../compile/compile.js';
import { replaceSources } from '../compile/model.js';
import { idOf } from './raw-events.js';

/** Half a pair of surrogates becomes the replacement character where a collector writes UTF-8. */
const written = (text: string) => literal(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));

/** Inserts events into the raw table, with the number of each as its id. */
export async function insertConditionEvents(warehouse: Warehouse, events: readonly ConditionEvent[]): Promise<void> {
	const rows = events.map(({ name, obj, obj_id, path, props, amount, source }, i) => {
		const url = path === '' ? '' : `https://shop.test${path}`;
		const entries = Object.entries(props).flat().map(written).join(', ');
		const map = entries === '' ? 'map()' : `map(${entries})`;
		return `('shop', 1, '${idOf(i)}', now64(3), now64(3), ${[name, obj, obj_id, url].map(written).join(', ')}, ${map}, ${amount.toFixed(4)}, '${source}')`;
	});
	await warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, props, amount, source)
		SETTINGS async_insert = 0 VALUES ${rows.join(', ')}`,
	);
}

/** A condition and an event on which SQL and TypeScript disagree. */
export interface Disagreement {
	condition: Condition;
	event: ConditionEvent;
	/** Result of the SQL; null is possible, too. */
	sql: number | null;
}

/**
 * Evaluates conditions on the inserted events: by the SQL over the model stg_events, and by `matches`.
 *
 * @returns where the two disagree, and how often a condition holds
 */
export async function compareConditions(
	warehouse: Warehouse,
	conditions: readonly Condition[],
	events: readonly ConditionEvent[],
): Promise<{ disagreements: Disagreement[]; held: number }> {
	const staging = compileOrThrow().models.find(({ name }) => name === 'stg_events');
	if (staging === undefined) throw new Error('there is no model stg_events');
	const columns = conditions.map((condition) => `toUInt8(${conditionSql(condition)})`);
	const rows = await warehouse.query<{ results: (number | null)[] }>(
		`SELECT [${columns.join(', ')}] AS results FROM (${replaceSources(staging.sql, 'true')}) ORDER BY event_id`,
		// A server replaces parameters only in a statement that comes with some.
		{ params: { name: 'signup' } },
	);
	if (rows.length !== events.length) throw new Error(`${rows.length} of ${events.length} events are in the model`);
	const compared = rows.flatMap(({ results }, i) => {
		const event = events[i] as ConditionEvent;
		return conditions.map((condition, j) => ({ condition, event, sql: results[j] ?? null }));
	});
	return {
		disagreements: compared.filter(({ condition, event, sql }) => sql !== Number(matches(condition, event))),
		held: compared.filter(({ sql }) => sql === 1).length,
	};
}
