import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { importFile } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { Decoder } from '@toondepauw/node-zstd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeChunks } from './chunk-pool.js';
import { csvColumns, csvHeader } from './csv-writer.js';
import { type HistoryOptions, planHistory } from './plan.js';
import type { HistoryRun } from './progress.js';
import { HistoryFileRefusal, historyToFile } from './to-file.js';
import { historyToWarehouse } from './to-warehouse.js';

const directory = mkdtempSync(join(tmpdir(), 'footfall-history-'));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	rmSync(directory, { recursive: true, force: true });
});

const history: HistoryOptions = {
	crowd: { ...crowdDefaults, seed: 7, dailyActiveUsers: 28_000, duplicateShare: 0.01, lateShare: 0.02 },
	site: 'shop',
	from: '2026-01-31',
	to: '2026-01-31',
};

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const fileOf = (name: string) => join(directory, name);
/** Stops a run after its second chunk, as Ctrl-C does. */
function stopping(): HistoryRun {
	const stop = new AbortController();
	return {
		threads: 2,
		signal: stop.signal,
		onProgress: ({ chunksDone }) => {
			if (chunksDone === 2) stop.abort();
		},
	};
}

/** The rows of a site apart from their way in, and their sources. */
async function digestOfRaw(site: string) {
	const [row] = await test.warehouse.query<{ events: string; digest: string; sources: string[] }>(
		`SELECT count() AS events, sum(cityHash64(* EXCEPT (site, source, segment))) AS digest, groupUniqArray(source) AS sources
			FROM events FINAL WHERE site = {site:String}`,
		{ params: { site } },
	);
	return row;
}

describe('a history', () => {
	it('has the same bytes in a file for any number of threads, also when it is stopped and resumed', async () => {
		expect(planHistory(history).chunks.length).toBeGreaterThan(3);
		const whole = await historyToFile(history, fileOf('one.csv.zst'), { threads: 1 });
		expect(whole).toMatchObject({ chunksBefore: 0, isWhole: true });
		const first = await historyToFile(history, fileOf('two.csv.zst'), stopping());
		expect(first).toMatchObject({ isWhole: false });
		const second = await historyToFile(history, fileOf('two.csv.zst'), { threads: 2 });
		expect(second).toMatchObject({ chunksBefore: 2, isWhole: true });
		expect(first.rows + second.rows).toBe(whole.rows);
		expect(digest(fileOf('two.csv.zst'))).toBe(digest(fileOf('one.csv.zst')));
		expect(readdirSync(directory).sort()).toEqual(['one.csv.zst', 'two.csv.zst']);
	});

	it('is CSV with a header and one row per receipt, within its days', async () => {
		const text = String(new Decoder().decodeSync(readFileSync(fileOf('one.csv.zst'))));
		const [header, ...rows] = text.trimEnd().split('\n');
		expect(header?.split(',')).toEqual(csvColumns(false));
		const days = new Set(rows.map((row) => /,(\d{4}-\d\d-\d\d) /.exec(row)?.[1]));
		expect(days).toEqual(new Set(['2026-01-31']));
		const ids = rows.map((row) => row.split(',')[2]);
		expect(new Set(ids).size).toBeLessThan(ids.length);
		expect(ids.length / new Set(ids).size).toBeCloseTo(1.01, 2);
	});

	it('passes large chunks on in pieces, completely', async () => {
		const text: Buffer[] = [];
		let pieces = 0;
		const work = { options: history, form: { kind: 'csv', level: 1 }, rowsMax: 5_000 } as const;
		for await (const made of makeChunks(work, planHistory(history).chunks, 2)) {
			for await (const { rows, bytes } of made) {
				expect(rows).toBeLessThanOrEqual(5_000);
				pieces++;
				text.push(new Decoder().decodeSync(Buffer.concat(bytes)));
			}
		}
		expect(pieces).toBeGreaterThan(20);
		const whole = new Decoder().decodeSync(readFileSync(fileOf('one.csv.zst')));
		expect(Buffer.concat([Buffer.from(csvHeader(false)), ...text]).equals(whole)).toBe(true);
	});

	it('does not overwrite a file', async () => {
		await expect(historyToFile(history, fileOf('one.csv.zst'))).rejects.toThrow(HistoryFileRefusal);
	});

	it('has the same rows in ClickHouse when it is stopped and resumed, or repeated', async () => {
		const whole = await historyToWarehouse(history, test.warehouse, { threads: 1 });
		const once = await digestOfRaw('shop');
		expect(once?.sources).toEqual(['page']);
		expect(Number(once?.events)).toBeGreaterThan(100_000);
		expect(Number(once?.events)).toBeLessThan(whole.rows);
		await historyToWarehouse(history, test.warehouse, { threads: 2 });
		expect(await digestOfRaw('shop')).toEqual(once);
		const elsewhere = { ...history, site: 'shop-2' };
		expect(await historyToWarehouse(elsewhere, test.warehouse, stopping())).toMatchObject({ isWhole: false });
		await historyToWarehouse(elsewhere, test.warehouse);
		expect(await digestOfRaw('shop-2')).toEqual(once);
	});

	it('has the same rows in ClickHouse when its file is imported', async () => {
		const imported = await importFile(test.warehouse, fileOf('one.csv.zst'), { fallbackSite: '', site: 'shop-3' });
		expect(imported).toMatchObject({ wasThere: false, rejected: 0 });
		expect(await digestOfRaw('shop-3')).toEqual({ ...(await digestOfRaw('shop')), sources: ['import'] });
	});
});
