import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultDefinitions } from '@footfall/definitions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProjectFolder } from './project-folder.js';
import { readDefinitions } from './read-definitions.js';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'footfall-definitions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (name = 'definitions.json') => join(folder, name);

describe('readDefinitions', () => {
	it('reads the file of a project folder, and gives the default without one', () => {
		expect(readDefinitions(undefined)).toEqual({ ok: true, file: undefined, definitions: defaultDefinitions });
		expect(readDefinitions(folder)).toEqual({ ok: true, file: undefined, definitions: defaultDefinitions });
		writeFileSync(path(), '\uFEFF{"goals": {"a": {"when": {"event": "é"}}}}');
		expect(readDefinitions(folder)).toMatchObject({ ok: true, file: path(), definitions: { goals: [{ name: 'a' }] } });
	});

	it('reports faults with the path, the line and the column', () => {
		writeFileSync(path(), '{\n"gaols": {}}');
		expect(readDefinitions(folder)).toMatchObject({ ok: false, faults: [{ file: path(), line: 2, column: 1 }] });
	});

	it.each<[string, () => void, RegExp]>([
		['a folder', () => mkdirSync(path()), /^it is not a plain file/],
		['a link', () => symlinkSync('/etc/hostname', path()), /^it is a link/],
		['a link that leads nowhere', () => symlinkSync('/nothing', path()), /^it is a link/],
		[
			'not UTF-8',
			() => writeFileSync(path(), Buffer.from([0x7b, 0xff, 0x7d])),
			/^it cannot be read \(it is not UTF-8\)/,
		],
		[
			'too large',
			() => writeFileSync(path(), ' '.repeat(2_000_000)),
			/^it has 2000000 bytes, at most 1048576 are read/,
		],
	])('refuses %s', (_, write, words) => {
		write();
		expect(readDefinitions(folder)).toMatchObject({ ok: false, faults: [{ words: expect.stringMatching(words) }] });
	});

	it('is warned of by a file with nearly the name', () => {
		for (const name of ['definition.json', 'definitions.yaml', 'Definitions.json']) writeFileSync(path(name), '{}');
		writeFileSync(path('definitions.schema.json'), '{}');
		const { faults } = readProjectFolder(folder);
		expect(faults.map((fault) => fault.slice(folder.length + 1))).toEqual(
			['Definitions.json', 'definition.json', 'definitions.yaml'].map(
				(name) => `${name}: definitions are read from a file definitions.json; rename it to that`,
			),
		);
	});
});
