import { describe, expect, it } from 'vitest';
import { type Option, type OptionName, options, variableOf } from './options.js';
import { readSettings, type Sources } from './read-settings.js';

const allNames = Object.keys(options) as OptionName[];

function read(values: Record<string, unknown>, names = allNames, sources: Partial<Sources> = {}) {
	const file = { path: 'f.json', values: new Map(Object.entries(values)) };
	return readSettings(names, { flags: {}, environment: {}, file, ...sources });
}

function faultsOf(...given: Parameters<typeof read>) {
	const result = read(...given);
	return result.ok ? [] : result.faults;
}

describe('readSettings', () => {
	it('reads strings, numbers and sites as an object from a file', () => {
		const sites = { shop: ['https://shop.example'], blog: 'any' };
		expect(read({ 'admin-port': 1, port: '2', 'wal-bytes': 67_108_864, sites })).toMatchObject({
			ok: true,
			settings: {
				adminPort: 1,
				port: 2,
				walBytes: 67_108_864,
				sites: [
					{ key: 'shop', origins: ['https://shop.example'] },
					{ key: 'blog', origins: 'any' },
				],
			},
		});
		expect(read({ sites: 'shop,blog' })).toMatchObject({ settings: { sites: [{ key: 'shop' }, { key: 'blog' }] } });
	});

	it.each([
		[{ port: true }, 'f.json: port: must be a string or a number'],
		[{ port: null }, 'f.json: port: must be a string or a number'],
		[{ data: true }, 'f.json: data: must be a string or a number'],
		[{ data: '' }, 'f.json: data: must be a path (got "")'],
		[{ host: ['::1'] }, 'f.json: host: must be a string or a number'],
		[{ port: 1e21 }, 'f.json: port: must be a whole number from 0 to 65535 (got "1e+21")'],
		[
			{ sites: ['shop'] },
			'f.json: sites: must be a string or an object like {"shop": ["https://shop.example"], "blog": "any"}',
		],
	])('refuses %j of a file', (values, fault) => {
		expect(faultsOf(values)).toEqual([fault]);
	});

	it('never shows a secret in a fault', () => {
		expect(faultsOf({ 'clickhouse-url': { url: 'sesame' } })).toEqual([
			'f.json: clickhouse-url: must be a string or a number',
		]);
	});

	it('validates the whole file, and only the variables that the command uses', () => {
		const environment = { FOOTFALL_PORT: 'x', FOOTFALL_SEED: 'x' };
		expect(faultsOf({ browsers: 17 }, ['port'], { environment })).toEqual([
			'FOOTFALL_PORT: must be a whole number from 0 to 65535 (got "x")',
			'f.json: browsers: must be a whole number from 0 to 16 (got "17")',
		]);
		expect(read({ browsers: 1 }, ['port'])).toMatchObject({ settings: { port: 7070 }, origins: { port: 'default' } });
	});

	it('validates a value that a source of higher priority overrides', () => {
		expect(faultsOf({ port: 'x' }, ['port'], { flags: { port: '1' } })).toEqual([
			'f.json: port: must be a whole number from 0 to 65535 (got "x")',
		]);
	});
});

describe('variableOf', () => {
	it('derives the variable from the flag, except for three names that other tools share', () => {
		expect(variableOf(options.commitDelayMs)).toBe('FOOTFALL_COMMIT_DELAY_MS');
		const exceptions = Object.values<Option>(options).filter(({ variable }) => variable !== undefined);
		expect(exceptions.map(({ variable }) => variable)).toEqual([
			'CLICKHOUSE_URL',
			'CLICKHOUSE_READER_URL',
			'CHROMIUM_PATH',
		]);
	});
});

describe('every option', () => {
	it.each(Object.entries<Option>(options))(
		'%s has a unique flag, a unique variable and a valid default',
		(_, option) => {
			const all = Object.values<Option>(options);
			expect(option.flag).toMatch(/^[a-z]+(-[a-z]+)*$/);
			expect(all.filter((one) => one.flag === option.flag || variableOf(one) === variableOf(option))).toEqual([option]);
			if (option.default === undefined) return;
			const value = option.schema.parse(option.default);
			expect(option.format?.(value) ?? String(value)).toBe(option.default);
		},
	);
});
