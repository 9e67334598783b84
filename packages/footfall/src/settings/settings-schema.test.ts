import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Option, options } from './options.js';
import { readSettings } from './read-settings.js';
import { readSettingsFile } from './settings-file.js';
import { settingsSchema } from './settings-schema.js';

const schema = z.fromJSONSchema(settingsSchema() as Parameters<typeof z.fromJSONSchema>[0]);
const isValid = (file: unknown) => schema.safeParse(file).success;
/** Whether a command accepts a file with this content. */
const isAccepted = (file: unknown) => {
	const { values, faults } = readSettingsFile(undefined, () => ({ kind: 'text', text: JSON.stringify(file) }));
	return faults.length === 0 && readSettings([], { flags: {}, environment: {}, file: { path: 'f', values } }).ok;
};
const inFile = Object.values<Option>(options).filter(({ flag }) => flag !== 'config');
const values = [
	...[0, 1, 7, 70.5, -1, 70_000, true, false, null, [], {}, '', 'x', '7', 'true', '0.5', 'any', 'warn', 'year'],
	...['512MiB', '4GiB', '1 KiB', '2000/20000', '1h', '2MiB/16MiB', '10.0.0.0/8', '2026-01-31', 'http://h:1', 'a b'],
	...[{ shop: 'any' }, { shop: ['https://shop.example'] }, { shop: [] }, { shop: 1 }, { 'no site': 'any' }],
	...['warehouse', 'a.csv.zst', 'ws', 'ndjson', 'ascii', 2 ** 30, 16],
];

describe('the schema of the settings file', () => {
	it('accepts every value of every setting that the commands accept, and every default', () => {
		const accepted = inFile.flatMap(({ flag }) =>
			values.map((value) => ({ [flag]: value })).filter((file) => isAccepted(file)),
		);
		expect(accepted.length).toBeGreaterThan(3 * inFile.length);
		expect(accepted.filter((file) => !isValid(file))).toEqual([]);
		const defaults = Object.entries(settingsSchema().properties as Record<string, { default?: unknown }>);
		const file = Object.fromEntries(defaults.flatMap(([key, one]) => ('default' in one ? [[key, one.default]] : [])));
		expect([isAccepted(file), isValid({ $schema: './footfall.schema.json', ...file })]).toEqual([true, true]);
	});

	it('refuses unknown keys, other types, numbers out of range, and words that are none of a list', () => {
		const refused = [
			{ prot: 7070 },
			{ config: 'other.json' },
			{ 'log-bytes': '4GiB' },
			{ port: true },
			{ port: 70_000 },
			{ port: 70.5 },
			{ port: 'any' },
			{ 'wal-bytes': '4GB' },
			{ 'log-level': 'loud' },
			{ watch: 1 },
			{ late: 2 },
			{ sites: [] },
			{ sites: { shop: 'all' } },
			{ sites: { 'no site': 'any' } },
			{ sites: {} },
		];
		expect(refused.filter((file) => isValid(file) || isAccepted(file))).toEqual([]);
	});

	it('is that of the file that footfall init writes, whose settings it accepts', () => {
		const template = (name: string) => readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8');
		expect(JSON.parse(template('footfall.schema.json'))).toEqual(settingsSchema());
		const text = template('settings.jsonc').replaceAll(/^\s*\/\/ ("[\w-]+":)/gm, '$1');
		expect(text).toContain('"$schema": "./footfall.schema.json"');
		const { values, faults } = readSettingsFile(undefined, () => ({ kind: 'text', text }));
		expect([faults, isValid(Object.fromEntries(values))]).toEqual([[], true]);
	});
});
