import { describe, expect, it } from 'vitest';
import { type OptionName, options, type Settings } from './options.js';
import { readSettings } from './read-settings.js';
import { settingsJson, settingsTable, shownSettings } from './shown-settings.js';

function shown() {
	const values = { sites: { shop: ['https://shop.example'], blog: 'any' }, 'wal-bytes': 2 ** 33 };
	const result = readSettings(Object.keys(options) as OptionName[], {
		flags: { port: '1' },
		environment: { CLICKHOUSE_URL: 'http://user:sesame@host:8123' },
		file: { path: 'footfall.json', values: new Map(Object.entries(values)) },
	});
	if (!result.ok) throw new Error(result.faults.join('\n'));
	return shownSettings(result.settings, result.origins);
}

describe('shownSettings', () => {
	it('become one aligned row each, in the order of the options', () => {
		const lines = settingsTable(shown());
		expect(lines.slice(1).map((line) => line.split(/ +/)[0])).toEqual(Object.values(options).map(({ flag }) => flag));
		const rows = lines.map((line) => line.split(/ {2,}/));
		expect(rows[0]).toEqual(['setting', 'value', 'from']);
		expect(rows).toContainEqual(['sites', 'shop=https://shop.example,blog', 'file']);
		expect(rows).toContainEqual(['wal-bytes', '8GiB', 'file']);
		expect(rows).toContainEqual(['port', '1', 'flag']);
		expect(rows).toContainEqual(['clickhouse-url', 'http://user:***@host:8123/', 'environment']);
		expect(rows).toContainEqual(['chromium', '–', 'default']);
		expect(new Set(lines.map((line) => line.search(/\S+$/))).size).toBe(1);
	});

	it('have no write key of a site', () => {
		const sites = { shop: { origins: ['https://shop.example'], keys: ['sesame-0123456789'] }, blog: 'any' };
		const result = readSettings(['sites'], {
			flags: {},
			environment: { FOOTFALL_SITES: JSON.stringify(sites) },
			file: { path: undefined, values: new Map() },
		});
		if (!result.ok) throw new Error(result.faults.join());
		const names = Object.keys(options) as OptionName[];
		const origins = Object.fromEntries(names.map((name) => [name, 'default'])) as Record<OptionName, 'default'>;
		const lines = shownSettings(result.settings as Settings<OptionName>, origins);
		expect(settingsJson(lines) + settingsTable(lines).join()).not.toContain('sesame');
		expect(JSON.parse(settingsJson(lines)).sites.value).toEqual([
			{ key: 'shop', origins: ['https://shop.example'], keys: ['***'] },
			{ key: 'blog', origins: 'any' },
		]);
	});

	it('become one JSON object of values and sources', () => {
		const json = settingsJson(shown());
		expect(json).not.toContain('sesame');
		const object = JSON.parse(json);
		expect(Object.keys(object)).toEqual(Object.values(options).map(({ flag }) => flag));
		expect(object).toMatchObject({
			port: { value: 1, from: 'flag' },
			'clickhouse-url': { value: 'http://user:***@host:8123/', from: 'environment' },
			sites: {
				value: [
					{ key: 'shop', origins: ['https://shop.example'] },
					{ key: 'blog', origins: 'any' },
				],
				from: 'file',
			},
			'wal-bytes': { value: 8_589_934_592, from: 'file' },
			'admin-port': { value: 7071, from: 'default' },
			chromium: { value: null, from: 'default' },
			json: { value: false, from: 'default' },
		});
	});
});
