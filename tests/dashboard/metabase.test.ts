import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillHistory } from '@footfall/dashboard/testing';
import { build, compileOrThrow } from '@footfall/transforms';
import { connect, martsDatabaseOf, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../docker/metabase', import.meta.url));
const provisionPath = join(folder, 'provision.js');
const cards = readdirSync(join(folder, 'cards')).map((file) => {
	const sql = readFileSync(join(folder, 'cards', file), 'utf8');
	const { dimension, metrics } = JSON.parse(sql.split('\n')[1]?.replace('-- ', '') ?? '') as {
		dimension: string;
		metrics: string[];
	};
	return { file, sql, columns: [dimension, ...metrics] };
});

let clickhouse: TestWarehouse;
let reader: Warehouse;
beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	await fillHistory(clickhouse.warehouse, { days: 40, visitors: 500 });
	await build(clickhouse.warehouse, compileOrThrow());
	reader = connect({ url: clickhouse.server.url, ...clickhouse.server.reader, database: martsDatabaseOf('footfall') });
});
afterAll(async () => {
	await reader.close();
	await clickhouse.stop();
});

describe('the cards, on real marts', () => {
	const rowsOf = (name: string) =>
		reader.query<Record<string, string | number>>(cards.find(({ file }) => file === `${name}.sql`)?.sql ?? '');

	it.each(cards)(
		'$file has rows with the columns that it draws, for the account that may only read',
		async ({ sql, columns }) => {
			const rows = await reader.query<Record<string, unknown>>(sql);
			expect(rows.length).toBeGreaterThan(3);
			expect(Object.keys(rows[0] ?? {})).toEqual(columns);
		},
	);

	it('show the users activity of the mart', async () => {
		const mart = await reader.query('SELECT day, dau, wau, mau, stickiness FROM users_activity ORDER BY day');
		expect(await rowsOf('users_activity')).toEqual(mart);
	});

	it('count every visit except those of bots in the histogram, in steps of six minutes', async () => {
		const rows = await rowsOf('visit_duration_histogram');
		const [mart = { n: '', short: '' }] = await reader.query<{ n: string; short: string }>(
			'SELECT count() AS n, countIf(duration_seconds < 360) AS short FROM sessions WHERE NOT is_bot AND NOT is_long',
		);
		expect(rows.reduce((sum, { visits }) => sum + Number(visits), 0)).toBe(Number(mart.n));
		expect(rows[0]).toEqual({ hours: 0, visits: mart.short });
	});

	it('show the average duration of the visits of a day', async () => {
		const rows = await rowsOf('average_visit_duration');
		const [mart] = await reader.query<{ seconds: number }>(
			`SELECT avg(duration_seconds) AS seconds FROM sessions WHERE NOT is_bot AND NOT is_long AND day = '${rows[5]?.day}'`,
		);
		expect(Number(rows[5]?.average_minutes) * 60).toBeCloseTo(Number(mart?.seconds), 6);
	});
});

/**
 * The part of Metabase's API that the script uses, as documented. Metabase itself is not installed: this server shows
 * that the script sends its requests in the right order, and that a second run creates nothing again.
 */
type Made = Record<'database' | 'card' | 'dashboard', Record<string, unknown>[]>;

function startStandIn(): { server: Server; made: Made } {
	const made: Made = { database: [], card: [], dashboard: [] };
	let isSetUp = false;
	const server = createServer(async (request, response) => {
		let text = '';
		for await (const chunk of request) text += chunk;
		const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
		const [, , kind = '', id] = (request.url ?? '').split('/');
		const isKnown = request.headers['x-metabase-session'] === 'session';
		const answer = (value: unknown, status = 200) => response.writeHead(status).end(JSON.stringify(value));
		if (kind === 'session' && id === 'properties') return answer({ 'has-user-setup': isSetUp, 'setup-token': 'setup' });
		if (kind === 'setup') {
			isSetUp = body.token === 'setup';
			return answer({});
		}
		if (kind === 'session') return answer({ id: 'session' }, isSetUp ? 200 : 401);
		const list = Object.hasOwn(made, kind) ? made[kind as keyof Made] : undefined;
		if (!isKnown || !list) return answer({}, 401);
		if (request.method === 'POST') {
			list.push({ dashcards: [], ...body, id: list.length + 1 });
			return answer(list.at(-1));
		}
		if (id === undefined) return answer(kind === 'database' ? { data: list } : list);
		const found = list[Number(id) - 1] ?? {};
		if (request.method === 'PUT') Object.assign(found, body);
		return answer(found);
	});
	return { server, made };
}

describe('the provisioning', () => {
	it('creates a connection, three cards and their dashboard, and a second run creates nothing', async () => {
		const { provision } = (await import(provisionPath)) as {
			provision(
				url: string,
				password: string,
				readerUrl: string,
			): Promise<{ database: number; cards: number[]; dashboard: number }>;
		};
		const { server, made } = startStandIn();
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const { host, hostname, port } = new URL(clickhouse.server.url);
		const { user, password } = clickhouse.server.reader;
		const readerUrl = `http://${user}:${password}@${host}/footfall`;
		const first = await provision(url, 'password', readerUrl);
		expect(await provision(url, 'password', readerUrl)).toEqual(first);
		expect(made.database).toMatchObject([
			{
				engine: 'clickhouse',
				details: { host: hostname, port: Number(port), user, password, dbname: 'footfall_marts', ssl: false },
			},
		]);
		expect(made.card.map(({ name, display }) => [name, display])).toEqual([
			['Average visit duration', 'line'],
			['Users activity', 'line'],
			['Visit duration', 'bar'],
		]);
		expect(made.card).toMatchObject(cards.map(() => ({ dataset_query: { type: 'native', database: 1 } })));
		expect(made.dashboard).toHaveLength(1);
		expect(made.dashboard[0]?.dashcards).toMatchObject(first.cards.map((id) => ({ card_id: id })));
		// As for an account of an earlier version, which has no right to it.
		await clickhouse.warehouse.command('DROP DATABASE footfall_marts');
		await provision(url, 'password', readerUrl);
		expect(made.database).toMatchObject([{ details: { dbname: 'footfall' } }]);
		server.close();
		server.closeAllConnections();
	});
});
