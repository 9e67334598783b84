import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SiteSetting } from '../settings/values/site-list.js';
import { followSites, sitesFileOf, sitesIn } from './follow-sites.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-sites-'));
const path = join(scratch, 'footfall.json');
const [key, newKey] = ['shop-key-0123456789', 'shop-key-9876543210'];

const applied: (readonly SiteSetting[])[] = [];
const lines: { level: string; faults?: readonly string[]; text: string }[] = [];
const log = {
	info: (_fields: object, text: string) => void lines.push({ level: 'info', text }),
	error: ({ faults }: { faults: string[] }, text: string) => void lines.push({ level: 'error', faults, text }),
};
let isRefused = false;
let followed: { stop(): void };

/** Replaces the file as editors and secret mounts do, and waits until it was looked at twice. */
async function write(settings: object | string): Promise<void> {
	writeFileSync(`${path}.new`, typeof settings === 'string' ? settings : JSON.stringify(settings));
	renameSync(`${path}.new`, path);
	await looks(2);
}
const looks = (times: number) => vi.advanceTimersByTimeAsync(times * 1_000);
const sitesWith = (...keys: string[]) => ({ sites: { shop: { origins: ['https://shop.example'], keys } } });

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	[applied.length, lines.length, isRefused] = [0, 0, false];
	writeFileSync(path, JSON.stringify(sitesWith(key)));
	const found = sitesIn(path);
	if (!found.ok) throw new Error(found.faults.join());
	const apply = async (sites: readonly SiteSetting[]) => {
		if (isRefused) throw new StartRefusal('the collector refuses them');
		applied.push(sites);
	};
	followed = followSites(path, found.sites, apply, log as never);
});
afterEach(() => {
	followed.stop();
	vi.useRealTimers();
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the sites of a settings file', () => {
	it('hold as soon as they change, and other settings of the file change nothing', async () => {
		await looks(3);
		await write({ ...sitesWith(key), port: 7999 });
		expect([applied, lines]).toEqual([[], []]);
		await write({ ...sitesWith(key, newKey), port: 7999 });
		await write(sitesWith(newKey));
		const shop = { key: 'shop', origins: ['https://shop.example'] };
		expect(applied).toEqual([[{ ...shop, keys: [key, newKey] }], [{ ...shop, keys: [newKey] }]]);
		expect(lines.map(({ level }) => level)).toEqual(['info', 'info']);
		expect(JSON.stringify(lines)).not.toContain(newKey);
		await write({ port: 7999 });
		expect(applied.at(-1)).toMatchObject([{ key: 'shop', origins: 'any' }]);
	});

	it('stay as they are while the file has a mistake, which is told', async () => {
		await write('{"sites": {"shop": ["https://shop.exa');
		await write({ sites: { shop: { origins: ['https://shop.example'], keys: ['short'] } } });
		await write({ ...sitesWith(newKey), prot: 1 });
		rmSync(path);
		await looks(2);
		expect(applied).toEqual([]);
		expect(lines.map(({ level, faults }) => [level, faults?.length])).toEqual(Array(4).fill(['error', 1]));
		expect(lines[0]?.text).toMatch(/footfall.json has faults; the collector keeps the sites that it has$/);
		expect(JSON.stringify(lines)).not.toContain('short"');
		await write(sitesWith(newKey));
		expect(applied).toHaveLength(1);
	});

	it('are tried again after the collector has refused them and the file has changed', async () => {
		isRefused = true;
		await write(sitesWith(newKey));
		expect(lines).toMatchObject([{ level: 'error', faults: ['the collector refuses them'] }]);
		isRefused = false;
		await write({ ...sitesWith(newKey), port: 7999 });
		expect(applied).toHaveLength(1);
	});

	it('are read when the file rests', async () => {
		for (const port of [7001, 7002, 7003]) {
			writeFileSync(path, JSON.stringify({ ...sitesWith(newKey), port }));
			await looks(1);
			expect(applied).toEqual([]);
		}
		await looks(1);
		expect(applied).toHaveLength(1);
	});

	it('are followed unless a flag or a variable names the sites', () => {
		expect(
			(['file', 'default', 'flag', 'environment'] as const).map((sites) =>
				sitesFileOf({ config: 'a.json' }, { sites }),
			),
		).toEqual(['a.json', 'a.json', undefined, undefined]);
		expect(sitesFileOf({ config: undefined }, { sites: 'default' })).toBeUndefined();
	});
});
