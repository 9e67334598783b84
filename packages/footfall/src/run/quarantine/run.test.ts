import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noProgress } from '../../terminal/progress.js';
import { runQuarantine } from './run.js';
import { readQuarantineVerb } from './verbs.js';

const names = ['001795976615574-863ac31f3ee3277d', '001795976615575-863ac31f3ee3277d'] as const;

describe('footfall quarantine', () => {
	let data: string;
	let lines: string[];

	beforeEach(() => {
		data = mkdtempSync(join(tmpdir(), 'footfall-quarantine-'));
		lines = [];
		mkdirSync(join(data, 'log'));
		for (const name of names) writeFileSync(join(data, 'log', `${name}.poison`), '');
		writeFileSync(join(data, 'log', `${names[0]}.reason`), 'rows are refused\n');
	});

	afterEach(() => rmSync(data, { recursive: true, force: true }));

	const run = (...operands: string[]) => {
		const print = (line: string) => lines.push(line);
		const context = {
			signal: new AbortController().signal,
			print,
			write: async () => true,
			terminal: false,
			progress: noProgress,
		};
		const settings = {
			data,
			json: operands[0] === undefined,
			clickhouseUrl: undefined,
			clickhousePort: 0,
			logLevel: 'warn' as const,
		};
		return runQuarantine(settings, context, operands);
	};

	it('lists segments as text and as JSON', async () => {
		expect([await run('list'), await run()]).toEqual([0, 0]);
		expect(lines[0]).toMatch(new RegExp(`^${names[0]}  2026-\\S+  0 events  rows are refused\n${names[1]}  `));
		expect(JSON.parse(lines[1] ?? '')).toMatchObject([
			{ name: names[0], reason: 'rows are refused' },
			{ name: names[1] },
		]);
	});

	it('puts one segment back, then the others', async () => {
		await expect(run('restore', 'other')).rejects.toThrow(
			/has no quarantined segment other; footfall quarantine lists/,
		);
		expect(await run('restore', `${names[0]}.poison`)).toBe(0);
		expect(readdirSync(join(data, 'log')).sort()).toEqual([`${names[0]}.log`, `${names[1]}.poison`]);
		expect(await run('restore')).toBe(0);
		expect(readdirSync(join(data, 'log')).sort()).toEqual(names.map((name) => `${name}.log`));
		expect(lines.at(-1)).toMatch(/next start of the collector delivers them/);
		expect(await run('restore')).toBe(0);
		expect(lines.at(-1)).toMatch(/No segment of .* is quarantined/);
	});

	it.each([
		[['lst'], 'unknown verb "lst"; use footfall quarantine list, restore, rows or restore-rows'],
		[['rows', 'a'], 'unexpected argument "a"; use footfall quarantine rows'],
		[['list', 'a'], 'unexpected argument "a"; use footfall quarantine list'],
		[['restore', 'a', 'b'], 'unexpected argument "b"; use footfall quarantine restore [SEGMENT]'],
	])('refuses %j with the reason', (operands, fault) => {
		expect(readQuarantineVerb(operands)).toEqual({ ok: false, fault: expect.stringContaining(fault) });
	});
});
