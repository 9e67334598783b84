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

	it('requires the named file, and not the default one', () => {
		const absent = () => ({ kind: 'absent' }) as const;
		const nothing = { path: undefined, values: new Map(), faults: [] };
		expect(readSettingsFile(undefined, absent)).toEqual(nothing);
		expect(readSettingsFile(named, absent).faults).toEqual(['--config: the file "shop.json" does not exist']);
	});

	it('reports why an existing file cannot be read', () => {
		const denied = () => ({ kind: 'unreadable', reason: 'EACCES: permission denied' }) as const;
		expect(readSettingsFile(named, denied).faults).toEqual(['shop.json: cannot be read (EACCES: permission denied)']);
		expect(readSettingsFile(undefined, denied).faults).toEqual([
			'footfall.json: cannot be read (EACCES: permission denied)',
		]);
	});

	it('reports the file, line and column of a fault in the JSON', () => {
		expect(readNamed('{\n\t"port": 7070,\n}').faults).toEqual([
			expect.stringMatching(/^shop\.json:3:1: unexpected "}"; JSON has no comma before a closing bracket/),
		]);
		expect(readNamed('{"port": 1, "port": 2}').faults).toEqual(['shop.json:1:13: duplicate key "port"']);
	});

	it.each(['null', '[]', '"port"', '7070'])('refuses %s, which is not an object of settings', (text) => {
		expect(readNamed(text).faults).toEqual(['shop.json:1:1: must be an object of settings, like {"port": 7070}']);
	});

	it('reports every unknown key with the nearest known one, and keeps the other keys', () => {
		const file = readNamed(
			'{"prot": 1, "host": "::1", "adminPort": 2, "zebra crossing": 3, "config": "a", "__proto__": 4}',
		);
		expect(file.values).toEqual(new Map([['host', '::1']]));
		expect(file.faults).toEqual([
			'shop.json: "prot" is not a setting; did you mean "port"?',
			'shop.json: "adminPort" is not a setting; did you mean "admin-port"?',
			'shop.json: "zebra crossing" is not a setting; footfall settings lists the settings',
			'shop.json: "config" is not allowed in a settings file; use --config or FOOTFALL_CONFIG',
			expect.stringContaining('shop.json: "__proto__" is not a setting'),
		]);
	});

	it('accepts comments and a schema, and keeps the place of a fault after a comment', () => {
		const commented =
			'// Settings.\n{\n\t/* Port. */ "port": 1, // "host": "x"\n\t"$schema": "./s.json", "host": "http://a"}';
		expect(readNamed(commented)).toMatchObject({
			values: new Map<string, unknown>([
				['port', 1],
				['host', 'http://a'],
			]),
			faults: [],
		});
		expect(readNamed('/* one\ntwo */ {"port": 1,}').faults).toEqual([
			expect.stringContaining('shop.json:2:19: unexpected "}"'),
		]);
		expect(readNamed('{} /* no end').faults).toEqual([expect.stringContaining('shop.json:1:4: unexpected "/"')]);
	});

	it('accepts a byte order mark', () => {
		expect(readNamed('\uFEFF{"port": 1}')).toMatchObject({ values: new Map([['port', 1]]), faults: [] });
	});
});
