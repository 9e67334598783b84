import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const manifests = fileURLToPath(new URL('../next', import.meta.url));
/** Next checks `NODE_ENV`, which is `test` in tests. */
const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
const next = 'node_modules/next/dist/bin/next';

/**
 * Installs Next in a folder, at the versions of its lockfile. It takes 290 MB, so that neither the workspace nor its
 * lockfile has it.
 */
export async function installNext(folder: string): Promise<void> {
	for (const name of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
		cpSync(`${manifests}/${name}`, `${folder}/${name}`);
	}
	await run('npx', ['-y', 'pnpm@10', 'install', '--frozen-lockfile', '--prefer-offline'], { cwd: folder, env });
}

/** Builds an application with Turbopack, the bundler of Next. */
export async function buildNext(folder: string): Promise<void> {
	rmSync(`${folder}/.next`, { recursive: true, force: true });
	await run(process.execPath, [next, 'build'], { cwd: folder, env });
}

/** A running server of a built application. */
export interface NextServer {
	url: string;
	stop(): Promise<void>;
}

/**
 * @throws when it ends before it listens
 */
export async function startNext(folder: string): Promise<NextServer> {
	const server = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
		cwd: folder,
		env,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	return {
		url: await addressOf(server),
		async stop() {
			server.kill();
			await once(server, 'close');
		},
	};
}

async function addressOf(server: ChildProcess): Promise<string> {
	if (server.stdout === null) throw new Error('next start has no output');
	for await (const line of createInterface({ input: server.stdout })) {
		const [address] = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(line) ?? [];
		if (address) {
			server.stdout.resume();
			return address;
		}
	}
	throw new Error('next start ended before it listened');
}
