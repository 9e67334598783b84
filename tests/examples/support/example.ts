import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../../support/footfall-process.js';
import type { Registry } from './registry.js';

const folderOfExamples = fileURLToPath(new URL('../../../examples', import.meta.url));
/** Folders and files that a developer's own builds leave in an example. */
const leftovers = ['node_modules', 'dist', 'package-lock.json', 'spool', '.next', '.astro', 'next-env.d.ts'];

/** Address of the collector in the examples. */
const usualCollector = 'http://127.0.0.1:7070';

/** A copy of an example outside the repository. */
export interface Example {
	folder: string;
	/** Runs all commands of the section "Run it" but the last, which serves. */
	build(registry: Registry, env?: Record<string, string>): Promise<void>;
	/** Runs the last command of the section "Run it". Resolves when the server answers. */
	serve(env?: Record<string, string>, port?: number): Promise<ExampleServer>;
	remove(): void;
}

export interface ExampleServer {
	url: string;
	/** Ends the server, by default as a service manager does. */
	stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface ExampleOptions {
	/** Address of the collector that takes the place of the usual one in the files. @default the usual one */
	collector?: string;
	/** Adds a port to the last command. @default as it is, with the variable `PORT` */
	withPort?(command: string, port: number): string;
	/** Folder with the `node` of the commands. @default that of the tests */
	nodeFolder?: string | undefined;
}

/** The code blocks of a section of an example's README, in their order. */
export function blocksOf(name: string, section: string): string[] {
	const readme = readFileSync(join(folderOfExamples, name, 'README.md'), 'utf8');
	const text = readme.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
	return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
}

/** A port that no server uses. */
export async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}

export function copyExample(name: string, options: ExampleOptions = {}): Example {
	const { withPort = (command) => command, nodeFolder } = options;
	const folder = mkdtempSync(join(tmpdir(), `footfall-example-${name}-`));
	const filter = (path: string) => !leftovers.includes(basename(path));
	cpSync(join(folderOfExamples, name), folder, { recursive: true, filter });
	if (options.collector !== undefined) pointTo(folder, options.collector);
	const commands = blocksOf(name, 'Run it')[0]?.trim().split('\n') ?? [];
	const last = commands.pop();
	if (last === undefined) throw new Error(`examples/${name}/README.md has no commands under "Run it"`);
	const environment = environmentOf(nodeFolder);
	return {
		folder,
		async build({ npmrc }, env = {}) {
			writeFileSync(join(folder, '.npmrc'), npmrc);
			for (const command of commands) {
				const result = promisify(execFile)('sh', ['-c', command], { cwd: folder, env: { ...environment, ...env } });
				// The message of the error has only what was written to stderr, and compilers write to stdout.
				await result.catch((error) => Promise.reject(new Error(`${error.message}${error.stdout}`)));
			}
		},
		async serve(env = {}, port = undefined) {
			const chosen = port ?? (await freePort());
			const command = withPort(last, chosen);
			// A group of its own: npm and a shell stand between this process and the server.
			const child = spawn('sh', ['-c', command], {
				...{ cwd: folder, env: { ...environment, ...env, PORT: String(chosen) } },
				...{ detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
			});
			return serverOf(child, command, `http://127.0.0.1:${chosen}`);
		},
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}

/** Changes the address of the collector in all files, as a developer does who copies an example. */
function pointTo(folder: string, collector: string): void {
	for (const file of readdirSync(folder)) {
		const text = readFileSync(join(folder, file), 'utf8');
		writeFileSync(join(folder, file), text.replaceAll(usualCollector, collector));
	}
}

/** The environment of a developer, without that of the tests: vitest sets `NODE_ENV`, and Vite's own variables. */
function environmentOf(nodeFolder: string | undefined): NodeJS.ProcessEnv {
	const { NODE_ENV: _environment, MODE: _mode, DEV: _dev, PROD: _prod, ...inherited } = process.env;
	return {
		...inherited,
		...(nodeFolder !== undefined && { PATH: `${nodeFolder}:${process.env.PATH}` }),
		...{ npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' },
		...{ NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1', CI: '1' },
	};
}

async function serverOf(child: ChildProcess, command: string, url: string): Promise<ExampleServer> {
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk) => {
			output += chunk;
		});
	}
	const closed = once(child, 'close');
	const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
		if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
			process.kill(-child.pid, signal);
		await closed;
	};
	try {
		await eventually(async () => {
			if (child.exitCode !== null) throw new Error(`"${command}" ended: ${output}`);
			return (await fetch(url).catch(() => undefined)) === undefined ? undefined : true;
		}, 60_000);
	} catch (error) {
		await stop('SIGKILL');
		throw error;
	}
	return { url, stop };
}
