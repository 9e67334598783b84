import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Command, defineCommand } from './command.js';
import { commands } from './command-table.js';
import { parseArguments } from './parse-arguments.js';
import { verbs } from './run/transforms/verbs.js';
import type { OptionName } from './settings/options.js';
import { noProgress } from './terminal/progress.js';

// The commands run with their own code; only what they start or ask is replaced.
vi.mock('@footfall/warehouse', async (original) => ({
	...(await original<object>()),
	connect: () => ({ query: async () => [], answer: async function* () {}, close: async () => undefined }),
	checkConnection: async () => undefined,
	migrate: async () => ({ applied: [] }),
	readServerAddress: () => undefined,
	startEmbeddedServer: async () => ({
		url: 'http://127.0.0.1:8123',
		writer: {},
		reader: {},
		confinement: { kind: 'confined', network: true },
		stop: async () => undefined,
	}),
	importFile: async () => ({ wasThere: true }),
	storeRates: async () => ({ added: 1, changed: 0, unchanged: 0 }),
}));
vi.mock('@footfall/collector', async (original) => ({
	...(await original<object>()),
	ForkedProcess: class {
		discard() {}
	},
	startCollectorGroup: async () => ({
		publicUrl: 'http://127.0.0.1:7070',
		adminUrl: 'http://127.0.0.1:7071',
		drained: async () => undefined,
		stop: async () => undefined,
	}),
}));
vi.mock('@footfall/transforms', async (original) => ({
	...(await original<object>()),
	betweenRuns: async (_warehouse: unknown, _waitMs: number, step: () => Promise<void>) => step(),
	breakLock: async () => undefined,
	build: async () => ({
		outcome: 'skipped',
		why: 'nothing is new',
		leftOut: [],
		tests: [],
		models: [],
		own: [],
		removedOwn: [],
		ownTests: [],
	}),
	freshness: async () => ({
		publishedAt: '2026-01-31 12:00:00',
		behindMs: 0,
		waiting: 0,
		imported: 0,
		staleModels: [],
		failingTests: [],
	}),
	gc: async () => 0,
	listLeftOut: async () => [],
	listRuns: async () => [],
	martLatency: async () => undefined,
	readRunState: async () => ({ published: undefined }),
	preview: async () => ({ kind: 'skip', why: 'nothing is new', own: [] }),
	resume: async () => false,
	rollback: async () => undefined,
	showRows: async () => [],
	testPublished: async () => [],
	verify: async () => ({ differences: [] }),
	watch: async () => undefined,
}));
vi.mock('@footfall/dashboard', async (original) => ({
	...(await original<object>()),
	startDashboard: async () => ({ loginUrl: 'http://127.0.0.1:7073', stop: async () => undefined }),
}));
vi.mock('@footfall/simulation', async (original) => ({
	...(await original<object>()),
	historyToFile: async () => ({ isWhole: true }),
	historyToWarehouse: async () => ({ isWhole: true }),
	simulateLive: async () => ({ refused: 0, unanswered: 0 }),
}));
vi.mock('@footfall/demo-shop', async (original) => ({
	...(await original<object>()),
	startShop: async () => ({ url: 'http://127.0.0.1:7072', stop: async () => undefined }),
	startShoppers: async () => ({ stop: async () => undefined }),
}));
vi.mock('./run/demo/accepted-events.js', () => ({ acceptedEvents: async () => 0 }));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-init-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function csvFile(name: string, text: string): string {
	const path = join(scratch, `${name}.csv`);
	writeFileSync(path, text);
	return path;
}

/** Command lines that together read every setting that their commands accept. */
const url = ['--clickhouse-url', 'http://127.0.0.1:8123'];
/** The collector keeps a secret in the data directory. */
const data = ['--data', join(scratch, 'data')];
const days = ['--from', '2026-01-01', '--to', '2026-01-02'];
const operandOf: Readonly<Record<string, readonly string[]>> = {
	rollback: ['1'],
	show: ['sessions'],
	restate: ['--user', '1'],
};
const commandLines = [
	['up', ...data],
	['demo', ...data],
	['init', '--project', join(scratch, 'footfall')],
	['simulate', 'history', ...days],
	['simulate', 'history', ...days, '--out', 'history.csv.zst'],
	['simulate', 'live'],
	['simulate', 'browsers'],
	['import', import.meta.filename],
	['rates', csvFile('rates', 'Date,USD\n2026-11-27,1.08\n')],
	['orders', 'compare', csvFile('orders', 'order_id,amount,currency\n')],
	['migrate'],
	...verbs.map(({ name }) => ['transforms', name, ...(operandOf[name] ?? [])]),
	['transforms', 'build', '--watch', ...url],
	['sql', 'SELECT 1'],
	['sql', 'SELECT 1', ...url],
	['types'],
	['types', ...url],
	['dashboard'],
	['dashboard', ...url],
	['collector', ...data],
	['quarantine'],
	['quarantine', 'rows', ...url],
	['quarantine', 'rows'],
	['shop'],
	['doctor', ...data],
	['settings'],
];

/**
 * Runs a command line until it prints its first line and then interrupts it.
 *
 * @returns the options that the command read, so that an option which no code reads is missing
 * @throws Error if the command reads an option that it does not accept, or copies all of its settings, which would
 * count as reading them
 */
async function optionsRead(table: readonly Command[], words: readonly string[]): Promise<Set<OptionName>> {
	const request = parseArguments(table, words, {}, () => ({ kind: 'absent' }));
	if (request.kind !== 'run') throw new Error(`${words.join(' ')}: ${JSON.stringify(request)}`);
	const { command, operands, origins } = request;
	const read = new Set<OptionName>();
	const settings = new Proxy(request.settings, {
		get(target, name: OptionName) {
			if (!command.options.includes(name)) throw new Error(`footfall ${command.name} does not accept ${String(name)}`);
			read.add(name);
			return target[name];
		},
		ownKeys() {
			throw new Error(`footfall ${command.name} copies its settings; pass those that are used instead`);
		},
	});
	const interrupt = new AbortController();
	const print = () => interrupt.abort();
	const context = { signal: interrupt.signal, print, write: async () => true, terminal: false, progress: noProgress };
	await command.run(settings, context, origins, operands, []);
	return read;
}

/** Options that a command accepts, and that none of the command lines reads. `--config` is read by the parser. */
async function unreadOptions(table: readonly Command[], lines: readonly (readonly string[])[], name: string) {
	const read = new Set<OptionName>(['config']);
	for (const words of lines.filter(([first]) => first === name))
		for (const option of await optionsRead(table, words)) read.add(option);
	return table.find((command) => command.name === name)?.options.filter((option) => !read.has(option));
}

describe('every command', () => {
	it.each(commands.map(({ name }) => name))('reads every setting that it accepts: %s', async (name) => {
		expect(await unreadOptions(commands, commandLines, name)).toEqual([]);
	});
});

describe('the check of the settings that a command reads', () => {
	const fly = (run: Command<'port' | 'host'>['run']) => [
		defineCommand({ name: 'fly', summary: 'Flies.', options: ['port', 'host'], run }),
	];

	it('finds a setting that the command accepts and does not read', async () => {
		expect(
			await unreadOptions(
				fly(async ({ port }) => port),
				[['fly']],
				'fly',
			),
		).toEqual(['host']);
	});

	it('fails for a command that copies its settings, since it would seem to read all of them', async () => {
		const copying = fly(async (settings) => ({ ...settings }).port);
		await expect(unreadOptions(copying, [['fly']], 'fly')).rejects.toThrow('footfall fly copies its settings');
	});

	it('fails for a command that reads a setting which it does not accept', async () => {
		const reading = fly(async (settings) => ('seed' in settings ? 1 : ((settings as { seed?: number }).seed ?? 0)));
		await expect(unreadOptions(reading, [['fly']], 'fly')).rejects.toThrow('footfall fly does not accept seed');
	});
});
