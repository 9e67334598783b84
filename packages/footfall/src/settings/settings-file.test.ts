import { describe, expect, it } from 'vitest';
import type { TextResult } from './read-text.js';
import { readSettingsFile } from './settings-file.js';

const named = { path: 'shop.json', source: '--config' };
const readNamed = (text: string) => readSettingsFile(named, () => ({ kind: 'text', text }));

describe('readSettingsFile', () => {
	it('reads the named file, else footfall.json', () => {
		const files: Record<string, string> = { 'shop.json': '{"port": 1}', 'footfall.json': '{"port": 2}' };
		const readText = (path: string): TextResult => ({ kind: 'text', text: files[path] ?? '' });
		expect(readSettingsFile(named, readText)).toEqual({
			path: 'shop.json',
			values: new Map([['port', 1]]),
			faults: [],
		});
		expect(readSettingsFile(undefined, readText)).toEqual({
			path: 'footfall.json',
			values: new Map([['port', 2]]),
			faults: [],
		});
	});

	it('needs the file that is named, and not the default one', () => {
		const absent = () => ({ kind: 'absent' }) as const;
		const nothing = { path: undefined, values: new Map(), faults: [] };
		expect(readSettingsFile(undefined, absent)).toEqual(nothing);
		expect(readSettingsFile(named, absent).faults).toEqual(['--config: there is no file "shop.json"']);
	});

	it('says of a file that is there why it cannot be read', () => {
		const denied = () => ({ kind: 'unreadable', reason: 'EACCES: permission denied' }) as const;
		expect(readSettingsFile(named, denied).faults).toEqual(['shop.json: cannot be read (EACCES: permission denied)']);
		expect(readSettingsFile(undefined, denied).faults).toEqual([
			'footfall.json: cannot be read (EACCES: permission denied)',
		]);
	});

	it('names file, line and column of what is not JSON', () => {
		expect(readNamed('{\n\t"port": 7070,\n}').faults).toEqual([
			expect.stringMatching(/^shop\.json:3:1: "}" cannot stand here in JSON/),
		]);
		expect(readNamed('{"port": 1, "port": 2}').faults).toEqual([
			'shop.json:1:13: the key "port" is given a second time',
		]);
	});

	it.each(['null', '[]', '"port"', '7070'])('refuses %s, which holds no settings', (text) => {
		expect(readNamed(text).faults).toEqual(['shop.json:1:1: must be an object of settings, like {"port": 7070}']);
	});

	it('names every unknown key and the one that was meant, and keeps the others', () => {
		const file = readNamed(
			'{"prot": 1, "host": "::1", "adminPort": 2, "zebra crossing": 3, "config": "a", "__proto__": 4}',
		);
		expect(file.values).toEqual(new Map([['host', '::1']]));
		expect(file.faults).toEqual([
			'shop.json: "prot" is not a setting; did you mean "port"?',
			'shop.json: "adminPort" is not a setting; did you mean "admin-port"?',
			'shop.json: "zebra crossing" is not a setting; footfall settings lists them',
			'shop.json: "config" names the file and cannot stand in it',
			expect.stringContaining('shop.json: "__proto__" is not a setting'),
		]);
	});

	it('takes a byte order mark', () => {
		expect(readNamed('\uFEFF{"port": 1}')).toMatchObject({ values: new Map([['port', 1]]), faults: [] });
	});
});
