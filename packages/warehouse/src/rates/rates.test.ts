import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRatesFile, storeRates } from '../index.js';
import { startTestWarehouse, type TestWarehouse } from '../testing/index.js';

let test: TestWarehouse;
const scratch = mkdtempSync(join(tmpdir(), 'footfall-rates-'));
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	rmSync(scratch, { recursive: true, force: true });
});

function file(name: string, content: string | Uint8Array): string {
	const path = join(scratch, name);
	writeFileSync(path, content);
	return path;
}
const store = async (path: string) => storeRates(test.warehouse, await readRatesFile(path));
const stored = () =>
	test.warehouse.query('SELECT toString(day) AS day, currency, per_euro FROM exchange_rates FINAL ORDER BY ALL');

it('stores the rates of a file once, and replaces those that another file has differently', async () => {
	const history = 'Date,USD,JPY,\n2026-11-27,1.0800,163.00,\n2026-11-26,1.07,N/A,\n';
	const zip = file('eurofxref-hist.zip', zipSync({ 'eurofxref-hist.csv': strToU8(history) }));
	expect(await store(zip)).toEqual({ added: 3, changed: 0, unchanged: 0 });
	expect(await store(zip)).toEqual({ added: 0, changed: 0, unchanged: 3 });
	expect(await store(file('eurofxref.csv', 'Date, USD, JPY, \n27 November 2026, 1.09, 163, \n'))).toEqual({
		added: 0,
		changed: 1,
		unchanged: 1,
	});
	expect(await stored()).toEqual([
		{ day: '2026-11-26', currency: 'USD', per_euro: '1.07' },
		{ day: '2026-11-27', currency: 'JPY', per_euro: '163' },
		{ day: '2026-11-27', currency: 'USD', per_euro: '1.09' },
	]);
});

it.each([
	['missing.csv', undefined, 'cannot be read (ENOENT)'],
	['page.csv', '<!doctype html>', 'is not a file of exchange rates of the ECB: line 1'],
	['damaged.zip', 'PK\u0003\u0004 damaged', 'is a damaged ZIP file'],
	['empty.zip', zipSync({ 'read.me': strToU8('x') }), 'has 0 CSV files in it'],
	['two.zip', zipSync({ 'a.csv': strToU8('x'), 'b.csv': strToU8('x') }), 'has 2 CSV files in it'],
	['large.zip', zipSync({ 'a.csv': new Uint8Array(2 ** 26 + 1) }), 'has more than 64 MiB'],
])('refuses %s, and stores nothing', async (name, content, reason) => {
	const path = content === undefined ? join(scratch, name) : file(name, content);
	const refused = await readRatesFile(path).catch((error) => error);
	expect(refused).toBeInstanceOf(StartRefusal);
	expect(refused.message).toContain(reason);
});
