import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../packages/footfall/dist/main.js', import.meta.url));

/** The footfall command in a process of its own, with its output. */
export class FootfallProcess {
	readonly process: ChildProcess;
	stdout = '';
	stderr = '';
	readonly #exit: Promise<number | string>;

	/**
	 * @param cwd working directory, from which `footfall.json` is read @default that of the tests
	 * @param program the command without its arguments @default that of the repository, in the Node of the tests
	 */
	constructor(
		args: readonly string[],
		environment: Record<string, string> = {},
		cwd?: string,
		program: readonly string[] = [process.execPath, main],
	) {
		// The variable `_` would tell the process that nohup has started it, if nohup has started the tests.
		const { CLICKHOUSE_URL: _url, _, ...inherited } = process.env;
		const [file = process.execPath, ...words] = program;
		this.process = spawn(file, [...words, ...args], {
			cwd,
			env: { ...inherited, ...environment },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		this.process.stdout?.on('data', (chunk) => {
			this.stdout += chunk;
		});
		this.process.stderr?.on('data', (chunk) => {
			this.stderr += chunk;
		});
		this.#exit = once(this.process, 'close').then(([code, signal]) => code ?? signal);
	}

	/** Resolves with the exit code, or with the signal that ended the process. */
	exit(): Promise<number | string> {
		return this.#exit;
	}

	/** Resolves with the first group of a pattern as soon as stdout matches. */
	async printed(pattern: RegExp): Promise<string> {
		for (;;) {
			const match = pattern.exec(this.stdout);
			if (match) return match[1] ?? match[0];
			if (this.process.exitCode !== null || this.process.signalCode !== null) {
				throw new Error(`ended before it printed ${pattern}: ${this.stdout}${this.stderr}`);
			}
			await wait(20);
		}
	}

	collectorUrl(): Promise<string> {
		return this.printed(/^Collector\s+(\S+)/m);
	}

	/** Sends SIGINT, as Ctrl-C does, and resolves with the exit code. */
	async interrupt(): Promise<number | string> {
		this.process.kill('SIGINT');
		return this.exit();
	}

	async kill(): Promise<void> {
		this.process.kill('SIGKILL');
		await this.exit();
	}
}

/** Starts `footfall up` on free ports with its data in a directory. */
export function up(
	data: string,
	args: readonly string[] = [],
	environment: Record<string, string> = {},
): FootfallProcess {
	const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];
	return new FootfallProcess(['up', '--data', data, ...ports, '--transform-seconds', '1', ...args], environment);
}

/** Command lines of running processes that name a directory. */
export function processesOf(directory: string): string[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.flatMap((pid) => {
			try {
				return [readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ')];
			} catch {
				return []; // The process ended during the check.
			}
		})
		.filter((command) => command.includes(directory));
}

/** Lock and address files in a data directory, which a stopped Footfall must remove. */
export function locksOf(directory: string): string[] {
	const ours = ['owner.lock', 'engine.lock', 'server.json'];
	for (let attempts = 1; ; attempts++) {
		try {
			return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
				ours.some((name) => file.endsWith(name)),
			);
		} catch (error) {
			// ClickHouse may remove a folder of an insert while it is read.
			if (attempts === 20) throw error;
		}
	}
}

/** Calls `read` until it returns a value, with pauses of `pauseMs`; throws after `msMax`. */
export async function eventually<T>(read: () => Promise<T | undefined>, msMax = 30_000, pauseMs = 100): Promise<T> {
	const deadline = Date.now() + msMax;
	for (;;) {
		const value = await read();
		if (value !== undefined) return value;
		if (Date.now() > deadline) throw new Error(`not within ${msMax} ms: ${read}`);
		await wait(pauseMs);
	}
}
