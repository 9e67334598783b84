import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Decoder } from '@toondepauw/node-zstd';
import { describe, expect, it } from 'vitest';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
import { historyFile, historyLastDay, ordersFile, shiftDaysTo } from '../../packages/footfall/src/run/demo/history.js';
import { crowdOf } from '../../packages/footfall/src/run/simulate/crowd-settings.js';
import type { simulateOptions } from '../../packages/footfall/src/settings/option-groups.js';
import type { Settings } from '../../packages/footfall/src/settings/options.js';
import { chunkMaker, type Piece } from '../../packages/simulation/src/history/chunk-maker.js';
import { csvHeader } from '../../packages/simulation/src/history/csv-writer.js';
import { planHistory } from '../../packages/simulation/src/history/plan.js';

const page = readFileSync(fileURLToPath(new URL('../../data/README.md', import.meta.url)), 'utf8');

/** Settings of the command in data/README.md that generates a file. */
function settingsOnPage(file: string): Settings<(typeof simulateOptions)[number]> {
	const commandLines = [...page.matchAll(/footfall (simulate history .*)$/gm)].map(([, command]) => command ?? '');
	const words = commandLines.find((command) => command.endsWith(` data/${file}`))?.split(' ') ?? [];
	const request = parseArguments(commands, words, {}, () => ({ kind: 'absent' }));
	if (request.kind !== 'run') throw new Error(JSON.stringify(request));
	return request.settings;
}

describe('the history of the demo', () => {
	const settings = settingsOnPage('shop.csv.zst');
	const { from, to, site, out } = settings;
	const packed = readFileSync(historyFile);
	const content = new Decoder().decodeSync(packed);

	it('is the file of data/README.md, no larger than 15 MB', () => {
		expect(join(fileURLToPath(new URL('../..', import.meta.url)), out)).toBe(historyFile);
		expect(statSync(historyFile).size).toBeLessThanOrEqual(15_000_000);
	});

	it('has at least a million events of 400 days, and its last day is the one in the code of the demo', () => {
		let lines = 0;
		for (let at = content.indexOf(10); at !== -1; at = content.indexOf(10, at + 1)) lines++;
		expect(lines - 1).toBeGreaterThanOrEqual(1_000_000);
		expect(page).toContain(`${(lines - 1).toLocaleString('en-US')} events`);
		expect(to).toBe(historyLastDay);
		expect((Date.parse(to as string) - Date.parse(from as string)) / 86_400_000 + 1).toBe(400);
	});

	it('starts and ends with the shoppers that the command of data/README.md generates', () => {
		const options = { crowd: crowdOf(settings), site, from: from as string, to: to as string };
		const { chunks } = planHistory(options);
		const textOf = (index: number) => {
			const chunk = chunks.at(index);
			if (!chunk) throw new Error('no chunks');
			const texts: Buffer[] = [];
			const take = ({ bytes }: Piece) => texts.push(new Decoder().decodeSync(Buffer.concat(bytes)));
			chunkMaker({ options, form: { kind: 'csv', level: 1 } }, take)(chunk);
			return Buffer.concat(texts);
		};
		const first = Buffer.concat([Buffer.from(csvHeader(false)), textOf(0)]);
		expect(first.equals(content.subarray(0, first.length))).toBe(true);
		const last = textOf(-1);
		expect(last.length).toBeGreaterThan(1_000_000);
		expect(last.equals(content.subarray(content.length - last.length))).toBe(true);
	});

	it('is moved so that its last day is today', () => {
		expect(shiftDaysTo(Date.parse(`${historyLastDay}T23:00:00Z`))).toBe(0);
		expect(shiftDaysTo(Date.parse('2026-03-04T00:00:00Z'))).toBe(28);
	});

	it('has the orders that the second command of data/README.md generates, in three currencies', () => {
		const command = settingsOnPage('shop-orders.csv.zst');
		expect(join(fileURLToPath(new URL('../..', import.meta.url)), command.out)).toBe(ordersFile);
		expect({ ...command, orders: settings.orders, out }).toEqual(settings);
		const crowd = crowdOf(command);
		const text = String(new Decoder().decodeSync(readFileSync(ordersFile)));
		const made: Buffer[] = [];
		const take = ({ bytes }: Piece) => made.push(new Decoder().decodeSync(Buffer.concat(bytes)));
		const history = { crowd, site, from: from as string, to: to as string, onlyOrders: true } as const;
		const { chunks } = planHistory(history);
		const [start, end] = [chunks[0], chunks.at(-1)].map((chunk) => {
			made.length = 0;
			if (chunk) chunkMaker({ options: history, form: { kind: 'csv', level: 1 } }, take)(chunk);
			return String(Buffer.concat(made));
		});
		expect(text.startsWith(csvHeader(true) + start)).toBe(true);
		expect(end?.length).toBeGreaterThan(1_000);
		expect(text.endsWith(end ?? '')).toBe(true);
		const rows = text.trimEnd().split('\n').slice(1);
		expect(new Set(rows.map((row) => /,(EUR|GBP|USD),SP-/.exec(row)?.[1]))).toEqual(new Set(['EUR', 'GBP', 'USD']));
		expect(rows.filter((row) => row.includes(',refund,')).length).toBeGreaterThan(300);
	});
});
