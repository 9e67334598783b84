import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, FootfallProcess } from '../support/footfall-process.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

let shards: [TestWarehouse, TestWarehouse];
/** A build on the second server, whose lock another process holds. It waits for the lock while the first tests run. */
let lockedBuild: ReturnType<typeof onServers>;
beforeAll(async () => {
	shards = await Promise.all([startTestWarehouse(), startTestWarehouse()]);
	await addEvents(shards[1], 1);
	// Times of tables have seconds: a lock from the first second of a server counts as one from before its start.
	await eventually(async () => {
		const [row] = await shards[1].warehouse.query<{ seconds: string }>('SELECT uptime() AS seconds');
		return Number(row?.seconds) >= 2 ? true : undefined;
	});
	await shards[1].warehouse.command(
		`CREATE TABLE transform_lock (beat_at DateTime64(3, 'UTC')) ENGINE = Memory COMMENT 'process 1 on elsewhere, x'`,
	);
	lockedBuild = onServers(urlOf(shards[1]), 'build');
});
afterAll(() => Promise.all(shards.map((shard) => shard.stop())));

const urlOf = ({ server }: TestWarehouse) => {
	const { user, password } = server.writer;
	return `http://${user}:${password}@${new URL(server.url).host}/footfall`;
};

/** Runs `footfall transforms` with `--json` on the first server, and parses the lines that it prints. */
async function transforms(...args: string[]) {
	return onServers(urlOf(shards[0]), ...args);
}

async function onServers(url: string, ...args: string[]) {
	const run = new FootfallProcess(['transforms', ...args, '--json'], { CLICKHOUSE_URL: url });
	const code = await run.exit();
	const lines = run.stdout.trimEnd().split('\n');
	return { code, stderr: run.stderr, printed: lines.map((line) => (line === '' ? undefined : JSON.parse(line))) };
}

/** Events of each server so far; the n-th is of visitor n. */
const eventsOf = new Map<TestWarehouse, number>();

async function addEvents(shard: TestWarehouse, count: number): Promise<void> {
	const before = eventsOf.get(shard) ?? 0;
	await shard.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url)
		SETTINGS async_insert = 0
		SELECT 'shop', number, generateUUIDv4(number), toDateTime64('2026-01-05 12:00:00', 3, 'UTC') + number, now64(3), 'view', 'page', 'main', 'https://shop.test/main'
		FROM system.numbers WHERE number > ${before} LIMIT ${count}`,
	);
	eventsOf.set(shard, before + count);
}
const shownEvents = async (shard = shards[0]) => {
	const [row] = await shard.warehouse.query<{ n: string }>('SELECT sum(events) AS n FROM sessions');
	return Number(row?.n);
};

describe('footfall transforms', () => {
	it('plans and builds new events, and skips a build without any', async () => {
		await addEvents(shards[0], 5);
		expect((await transforms('plan')).printed).toMatchObject([{ kind: 'rebuild', why: 'first run', newReceipts: 5 }]);
		expect((await transforms('freshness')).code).toBe(6);
		expect(await transforms()).toMatchObject({ code: 0, printed: [{ outcome: 'published', kind: 'rebuild' }] });
		await addEvents(shards[0], 2);
		const dry = await transforms('plan');
		expect(dry.printed).toMatchObject([{ kind: 'incremental', newReceipts: 2, visitors: 2, firstDay: '2026-01-05' }]);
		expect(await shownEvents()).toBe(5);
		expect(await transforms('build')).toMatchObject({ code: 0, printed: [{ kind: 'incremental', visitors: 2 }] });
		expect(await shownEvents()).toBe(7);
		expect(await transforms('build')).toMatchObject({ code: 0, printed: [{ outcome: 'skipped' }] });
		expect(await transforms('freshness')).toMatchObject({ code: 0, printed: [{ behindMs: 0, isStale: false }] });
	});

	it('tests and verifies the published models, and reports a difference from a rebuild', async () => {
		expect(await transforms('test')).toMatchObject({ code: 0 });
		expect(await transforms('verify')).toMatchObject({ code: 0, printed: [{ differences: [] }] });
		const [{ name = '' } = {}] = await shards[0].warehouse.query<{ name: string }>(
			`SELECT name FROM system.tables WHERE database = 'footfall' AND match(name, '^sessions__[0-9a-f]{8}$')`,
		);
		await shards[0].warehouse.command(`ALTER TABLE ${name} UPDATE events = 0 WHERE visitor_id = 1`, {
			settings: { mutations_sync: 2 },
		});
		const tested = await transforms('test', '--select', 'sessions');
		expect(tested.code).toBe(4);
		const failed = tested.printed[0].tests.filter(({ failingRows }: { failingRows: number }) => failingRows > 0);
		expect(failed).toContainEqual({ name: 'sessions: events >= 1', failingRows: 1 });
		expect(await transforms('verify')).toMatchObject({
			code: 7,
			printed: [{ differences: [{ model: 'sessions', partition: '2026-01-05', publishedRows: 7, rebuiltRows: 7 }] }],
		});
		expect(await transforms('restate', '--user', '1')).toMatchObject({
			code: 0,
			printed: [{ why: 'restated', visitors: 1 }],
		});
		expect(await transforms('verify')).toMatchObject({ code: 0 });
		expect(await transforms('build', '--since', '2026-01-05')).toMatchObject({
			printed: [{ why: 'restated', visitors: 7 }],
		});
	});

	it.runIf(isThorough)('publishes an earlier run again, and prevents further runs until unlock', async () => {
		const before = await shownEvents();
		const [{ runs }] = (await transforms('runs')).printed;
		await addEvents(shards[0], 3);
		await transforms('build');
		expect(await shownEvents()).toBe(before + 3);
		expect(await transforms('rollback', runs[0].run)).toMatchObject({ code: 0 });
		expect(await shownEvents()).toBe(before);
		expect(await transforms('build')).toMatchObject({ printed: [{ outcome: 'skipped', why: 'held by a rollback' }] });
		expect(await transforms('unlock')).toMatchObject({ code: 0, printed: [{ owner: null, resumed: true }] });
		expect(await transforms('build')).toMatchObject({
			printed: [{ outcome: 'published', kind: 'incremental', visitors: 3 }],
		});
		expect(await shownEvents()).toBe(before + 3);
		expect(await transforms('rollback', '1')).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('no published run 1'),
		});
		expect(await transforms('verify')).toMatchObject({ code: 0 });
		expect(await transforms('gc')).toMatchObject({ code: 0, printed: [{ dropped: expect.any(Number) }] });
	});

	it('refuses to run while another process holds the lock, and releases the lock of a dead process', async () => {
		expect(await lockedBuild).toMatchObject({
			code: 5,
			stderr: expect.stringContaining('being run by process 1 on elsewhere'),
		});
		const second = urlOf(shards[1]);
		expect(await onServers(second, 'unlock')).toMatchObject({ printed: [{ owner: 'process 1 on elsewhere' }] });
		expect(await onServers(second, 'build')).toMatchObject({
			code: 0,
			printed: [{ outcome: 'published', kind: 'rebuild' }],
		});
	});

	it('prints rows, and refuses unknown models, days and selections', async () => {
		const shown = await transforms('show', 'users_activity', '--limit', '1');
		expect(shown.printed).toMatchObject([{ rows: [{ site: 'shop', day: '2026-01-05', stickiness: 1 }] }]);
		expect(await transforms('show', 'sesions')).toMatchObject({ code: 2 });
		expect(await transforms('restate')).toMatchObject({ code: 2, stderr: expect.stringContaining('--user') });
		expect(await transforms('ls', '--select', 'nope')).toMatchObject({ code: 2 });
		expect(await transforms('build', '--since', '2026-02-31')).toMatchObject({ code: 2 });
	});

	it.runIf(isThorough)('builds on each of several servers', async () => {
		await addEvents(shards[0], 1);
		await addEvents(shards[1], 4);
		const both = await onServers(shards.map(urlOf).join(','), 'build');
		expect(both).toMatchObject({ code: 0, printed: [{ kind: 'incremental' }, { kind: 'incremental' }] });
		expect(await shownEvents(shards[1])).toBe(5);
	});

	it.runIf(isThorough)('repeats the build until Ctrl-C with --watch', async () => {
		const run = new FootfallProcess(['transforms', '--watch', '--transform-seconds', '1', '--json'], {
			CLICKHOUSE_URL: urlOf(shards[0]),
		});
		const before = await shownEvents();
		for (let i = 1; i <= 2; i++) {
			await addEvents(shards[0], 1);
			await run.printed(new RegExp(`^(?:.*published.*\n){${i}}`, 'm'));
			expect(await shownEvents()).toBe(before + i);
		}
		expect(await run.interrupt()).toBe(0);
	});
});
