import { textLiteral } from '@footfall/definitions';
import { reservedEvents } from '@footfall/protocol';
import type { Warehouse } from '@footfall/warehouse';
import { typesLimits } from './limits.js';

/** An event of the marts, under a name that a page or a server chose. */
export interface SeenEvent {
	name: string;
	/** Events in the days that are read. */
	events: number;
	/** Last day with such an event, as YYYY-MM-DD. */
	lastDay: string;
	keys: readonly SeenKey[];
	/** Whether the event has keys besides these. */
	hasMoreKeys: boolean;
}

/** The key of a property. */
interface SeenKey {
	key: string;
	/** All of its values, of any length; undefined if there are more than the limit. */
	values: readonly string[] | undefined;
}

/** Reserved events that a site sends. The tracker captures all others by itself, or by another call than track(). */
const sentBySites = ['order', 'refund'];
/** Names of events that are not listed. */
export const capturedNames: readonly string[] = Object.keys(reservedEvents).filter(
	(name) => !sentBySites.includes(name),
);

interface KeyRow {
	name: string;
	key: string;
	keys: string;
	has_other_keys: boolean;
	value_count: string;
	has_other_values: boolean;
	texts: string[];
}

/**
 * Reads the events of the last days, the most frequent first, and one more than the limit if there are more. Names,
 * keys and values that the marts fold are left out.
 *
 * @param database database of the marts
 * @param site key of a site. @default all sites together
 * @throws WarehouseError
 */
export async function readSeenEvents(warehouse: Warehouse, database: string, site?: string): Promise<SeenEvent[]> {
	const marts = { events: `\`${database}\`.event_days`, properties: `\`${database}\`.property_days` };
	const where = `name NOT IN (${['', ...capturedNames].map(textLiteral).join(', ')}) AND NOT is_other_name
		AND day > toDate(now('UTC')) - ${typesLimits.days} ${site === undefined ? '' : 'AND site = {site:String}'}`;
	const options = { params: site === undefined ? {} : { site } };
	const names = `SELECT name, sum(events) AS seen, toString(max(day)) AS last_day FROM ${marts.events}
		WHERE is_total AND ${where} GROUP BY name ORDER BY seen DESC, name LIMIT ${typesLimits.events + 1}`;
	const events = await warehouse.query<{ name: string; seen: string; last_day: string }>(names, options);
	const keys = await warehouse.query<KeyRow>(keysSql(names, marts.properties, where), options);
	const areAllKeys = keys.length <= typesLimits.keysInAll;
	const keysOfName = new Map<string, KeyRow[]>();
	for (const row of keys.slice(0, typesLimits.keysInAll)) {
		const rows = keysOfName.get(row.name);
		if (rows) rows.push(row);
		else keysOfName.set(row.name, [row]);
	}
	return events.map(({ name, seen, last_day: lastDay }) => {
		const rows = keysOfName.get(name);
		const hasMoreKeys = rows === undefined ? !areAllKeys : rows.some((row) => isOneOfMore(row, rows.length));
		return { name, events: Number(seen), lastDay, keys: (rows ?? []).flatMap(seenKey), hasMoreKeys };
	});
}

const isOneOfMore = ({ keys, has_other_keys }: KeyRow, listed: number) => has_other_keys || Number(keys) > listed;

/** The row of folded keys, and a key without text, have no name that a page could write. */
const seenKey = ({ key, value_count, has_other_values, texts }: KeyRow): SeenKey[] =>
	key === '' ? [] : [{ key, values: has_other_values || Number(value_count) > typesLimits.values ? undefined : texts }];

const keysSql = (names: string, propertyDays: string, where: string) => `
	SELECT name, key, keys, has_other_keys, value_count, has_other_values, texts
	FROM
	(
		SELECT
			name,
			key,
			sumIf(events, is_total) AS with_key,
			uniqUpToIf(${typesLimits.values})(value, NOT is_total AND NOT is_other_value) AS value_count,
			max(is_other_value) AS has_other_values,
			groupUniqArrayIf(${typesLimits.values})(substring(value, 1, ${typesLimits.valueLength + 1}), NOT is_total AND NOT is_other_value) AS texts,
			count() OVER (PARTITION BY name) AS keys,
			max(max(is_other_key)) OVER (PARTITION BY name) AS has_other_keys
		FROM ${propertyDays}
		WHERE (kind = 'property' OR is_other_key) AND ${where}
		GROUP BY name, key
	) AS properties
	INNER JOIN (${names}) AS top USING (name)
	ORDER BY seen DESC, name, with_key DESC, key
	LIMIT ${typesLimits.keys} BY name
	LIMIT ${typesLimits.keysInAll + 1}`;
