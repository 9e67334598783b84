import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { readStatement, statementBytesMax } from './read-statement.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-statement-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const file = join(scratch, 'query.sql');
writeFileSync(file, 'SELECT 2');

const { signal } = new AbortController();
const read = (sources: Partial<Parameters<typeof readStatement>[0]>) =>
	readStatement({ operands: [], file: undefined, isFileFlag: false, stdin: Readable.from([]), signal, ...sources });
const stdin = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

describe('readStatement', () => {
	it('takes the argument, else the file, else the standard input', async () => {
		const all = { operands: ['SELECT 1'], file, stdin: stdin('SELECT', ' 3') };
		expect(await read(all)).toEqual({ ok: true, statement: 'SELECT 1' });
		expect(await read({ ...all, operands: [] })).toEqual({ ok: true, statement: 'SELECT 2' });
		expect(await read({ stdin: all.stdin })).toEqual({ ok: true, statement: 'SELECT 3' });
	});

	it.each([
		[{ operands: ['SELECT', '1'] }, 'quotation marks'],
		[{ operands: ['SELECT 1'], file, isFileFlag: true }, 'given twice'],
		[{ operands: [' ;\n'] }, 'there is no statement'],
		[{}, 'there is no statement'],
		[{ stdin: Object.assign(stdin('SELECT 3'), { isTTY: true }) }, 'there is no statement'],
		[{ operands: [`SELECT ${' '.repeat(statementBytesMax)}1`] }, 'longer than 262144 bytes'],
		[
			{
				stdin: Readable.from(
					(function* () {
						for (;;) yield Buffer.alloc(65_536, 'x');
					})(),
				),
			},
			'longer than',
		],
	])('refuses %# with the reason', async (sources, words) => {
		expect(await read(sources)).toEqual({ ok: false, fault: expect.stringContaining(words) });
	});

	it('refuses a file that cannot be read', async () => {
		await expect(read({ file: join(scratch, 'missing.sql') })).rejects.toThrow(
			/missing\.sql cannot be read \(ENOENT\); give/,
		);
	});

	it('stops waiting for the standard input', async () => {
		const stop = new AbortController();
		const waiting = read({ stdin: new Readable({ read() {} }), signal: stop.signal });
		stop.abort();
		await expect(waiting).rejects.toThrow('aborted');
	});
});
