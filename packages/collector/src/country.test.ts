import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { frame } from './testing/frames.js';
import { inCountry, mmdb } from './testing/mmdb.js';
import { openPage } from './testing/page.js';
import { startTestCollector, type TestCollector } from './testing/test-collector.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-country-'));
const countryDatabase = join(scratch, 'country.mmdb');
writeFileSync(countryDatabase, mmdb({ '198.51.100.0/24': inCountry('DE'), '2001:db8::/32': inCountry('NL') }));

let clickhouse: TestWarehouse;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(async () => {
	await clickhouse.stop();
	rmSync(scratch, { recursive: true, force: true });
});

beforeEach(() => clickhouse.warehouse.command('TRUNCATE TABLE events'));

/** Countries by the `obj_id` of their events. */
async function countries(): Promise<Record<string, string>> {
	const rows = await clickhouse.warehouse.query<{ obj_id: string; country: string }>(
		'SELECT obj_id, country FROM events FINAL ORDER BY obj_id',
	);
	return Object.fromEntries(rows.map(({ obj_id, country }) => [obj_id, country]));
}

const post = (collector: TestCollector, path: string, body: BodyInit, forwardedFor: string) =>
	fetch(collector.publicUrl + path, { method: 'POST', body, headers: { 'X-Forwarded-For': forwardedFor } });

describe('the country of a visitor', () => {
	const trustedProxies = ['127.0.0.1', '10.0.0.0/8'];

	it('the country is that of the address that the proxies forward, on every endpoint', async () => {
		const collector = await startTestCollector(clickhouse.warehouse, { countryDatabase, trustedProxies });
		const forwarded = {
			ipv4: '198.51.100.7',
			'ipv4 behind two proxies': '203.0.113.1, 198.51.100.7, 10.0.0.9',
			'ipv4 in ipv6': '::ffff:198.51.100.7',
			ipv6: '2001:db8::7',
			private: '192.168.1.7',
			unknown: '203.0.113.1',
			nonsense: 'Germany',
		};
		for (const [stream, [what, forwardedFor]] of Object.entries(forwarded).entries()) {
			const batch = (way: string, sequence: number) =>
				frame({ stream, sequence, events: [[0, 0, 'view', 'page', `${what}, ${way}`]] });
			await post(collector, '/v1/batch', batch('post', 0), forwardedFor);
			const page = await openPage(collector.publicUrl, undefined, undefined, { 'X-Forwarded-For': forwardedFor });
			page.send(batch('socket', 1));
			expect(await page.ack()).toEqual(['ack', stream, 1, 'stored']);
			page.close();
			const event = { dt: new Date(), name: 'view', user_id: 1, url: 'https://shop.example/', obj: 'page' };
			const json = JSON.stringify({ ...event, obj_id: `${what}, json` });
			expect((await post(collector, '/v1/events', json, forwardedFor)).status).toBe(200);
		}
		await collector.drained();
		const expected = (what: string, country: string) => ({
			[`${what}, post`]: country,
			[`${what}, socket`]: country,
			[`${what}, json`]: country,
		});
		expect(await countries()).toEqual({
			...expected('ipv4', 'DE'),
			...expected('ipv4 behind two proxies', 'DE'),
			...expected('ipv4 in ipv6', 'DE'),
			...expected('ipv6', 'NL'),
			...expected('private', ''),
			...expected('unknown', ''),
			...expected('nonsense', ''),
		});
		await collector.remove();
	});

	it('the country does not follow headers of an untrusted sender', async () => {
		const collector = await startTestCollector(clickhouse.warehouse, { countryDatabase });
		await post(collector, '/v1/batch', frame({ events: [[0, 0, 'view', 'page', 'liar']] }), '198.51.100.7');
		await collector.drained();
		expect(await countries()).toEqual({ liar: '' });
		await collector.remove();
	});

	it('the WAL contains only the country of an address', async () => {
		const collector = await startTestCollector(clickhouse.warehouse, {
			countryDatabase,
			trustedProxies,
			sealAfterMs: 3_600_000,
		});
		await post(collector, '/v1/batch', frame(), '198.51.100.7');
		const log = readdirSync(collector.directory).map((file) => readFileSync(join(collector.directory, file), 'latin1'));
		expect(log.join('')).toContain('\x02DE');
		for (const address of ['198.51', '\xc6\x33\x64\x07']) expect(log.join('')).not.toContain(address);
		await collector.remove();
	});
});

describe('a start', () => {
	it('a start with an invalid country database is refused, and releases the WAL', async () => {
		const walDirectory = mkdtempSync(join(scratch, 'log-'));
		const start = (database: string) =>
			startTestCollector(clickhouse.warehouse, { countryDatabase: database, walDirectory });
		await expect(start(join(scratch, 'absent.mmdb'))).rejects.toThrow('--country-database');
		expect(readdirSync(walDirectory)).toEqual([]);
		await (await start(countryDatabase)).stop();
	});

	it('a start with a WAL of a version without countries delivers its events', async () => {
		const walDirectory = mkdtempSync(join(scratch, 'log-'));
		writeFileSync(join(walDirectory, segmentWithoutCountries.name), segmentWithoutCountries.bytes);
		const collector = await startTestCollector(clickhouse.warehouse, { countryDatabase, walDirectory });
		await collector.drained();
		const rows = await clickhouse.warehouse.query(
			'SELECT visitor_id, name, url, browser, os, device, is_bot, country FROM events FINAL ORDER BY event_id',
		);
		const event = { visitor_id: '7', name: 'view', url: 'https://shop.example/', country: '' };
		expect(rows).toEqual([
			{ ...event, browser: 'Chrome', os: 'Linux', device: 'desktop', is_bot: false },
			{ ...event, browser: 'Googlebot', os: '', device: '', is_bot: true },
			{ ...event, browser: '', os: '', device: '', is_bot: false },
		]);
		expect(await collector.metric('footfall_wal_damaged_records_total')).toBe(0);
		await collector.stop();
	});
});

/**
 * Three batches, of a desktop, a bot and a sender without a user agent, in a segment of a version without countries.
 */
const segmentWithoutCountries = {
	name: '001795548481822-2464ed2abdb1e0b4.log',
	bytes: Buffer.from(
		'RkZMRwEAAAAfiQcPogEAAPJWoogq7WQkrYfDlWIAAAAViQcPogEAAAEAFgAABkNocm9tZQVMaW51eAdkZXNrdG9wmAGkc2hvcAcLAMtCeatpfoAA' +
			'AJGRtWh0dHBzOi8vc2hvcC5leGFtcGxlL5GTAACkdmlldyrtZCQWtvqfWQAAADKJBw+iAQAAAQANAAEJR29vZ2xlYm90AACYAaRzaG9wBwsBy0J5' +
			'q2l+gAAAkZG1aHR0cHM6Ly9zaG9wLmV4YW1wbGUvkZMAAKR2aWV3Ku1kJM/IJehQAAAAQIkHD6IBAAABAAQAAAAAAJgBpHNob3AHCwLLQnmraX6A' +
			'AACRkbVodHRwczovL3Nob3AuZXhhbXBsZS+RkwAApHZpZXc=',
		'base64',
	),
};
