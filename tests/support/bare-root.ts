import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { addNode, isMounted, makeDebianRoot } from '../../scripts/images/debian-root.js';
import { FootfallProcess } from './footfall-process.js';

/** Why no roots of Debian can be made on this machine; undefined if they can. */
export function whyNoRoots(): string | undefined {
	if (process.getuid?.() !== 0) return 'a root of Debian needs the rights of root';
	if (spawnSync('debootstrap', ['--version']).status !== 0)
		return 'debootstrap is not installed (on Debian: apt-get install debootstrap)';
	if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'this machine allows no mounts';
	return undefined;
}

/** The user in the root, who has no privileges. */
const user = 1000;
const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * A root of Debian's smallest set of packages and a Node.js with its npm, with nothing else. Programs in it use the
 * network of this machine.
 */
export class BareRoot {
	/** Path of the root. */
	readonly folder: string;
	/** Folder of its npm for downloads; roots may share it. */
	readonly #npmCache: string;

	/**
	 * @param debian folder of a root that {@link makeDebianRoot} has made, of which this is a copy
	 * @param nodeVersion major version
	 * @param files of this machine that are in the folder `/packed` of the root
	 */
	constructor(debian: string, folder: string, nodeVersion: string, npmCache: string, files: string[]) {
		this.folder = folder;
		this.#npmCache = npmCache;
		execFileSync('cp', ['-a', debian, folder]);
		addNode(folder, nodeVersion);
		mkdirSync(join(folder, 'packed'));
		for (const file of files) copyFileSync(file, join(folder, 'packed', basename(file)));
		mkdirSync(join(folder, 'npm-cache'));
		mkdirSync(npmCache, { recursive: true });
		mkdirSync(join(folder, 'home/node/shop'));
		execFileSync('chown', ['-R', `${user}:${user}`, join(folder, 'home/node'), npmCache]);
		const authorities = process.env.NODE_EXTRA_CA_CERTS;
		if (authorities !== undefined) copyFileSync(authorities, join(folder, 'etc/extra-ca.pem'));
	}

	/** Starts a command in an empty folder of the user. {@link interrupt} stops it as Ctrl-C on a terminal does. */
	start(...words: string[]): FootfallProcess {
		const variables = {
			PATH: '/usr/local/bin:/usr/bin:/bin',
			HOME: '/home/node',
			npm_config_cache: '/npm-cache',
			npm_config_update_notifier: 'false',
			...(process.env.NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS: '/etc/extra-ca.pem' }),
		};
		const environment = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
		const inRoot = `cd /home/node/shop && exec env -i ${environment.join(' ')} "$0" "$@"`;
		// The mounts belong to the namespace, and vanish with its last process.
		const mounted = `mount -t proc proc ${quoted(join(this.folder, 'proc'))} && mount --bind ${quoted(this.#npmCache)} ${quoted(join(this.folder, 'npm-cache'))} && exec chroot --userspec=${user}:${user} ${quoted(this.folder)} /bin/sh -c "$0" "$@"`;
		const script = `${this.folder}.sh`;
		writeFileSync(script, `exec setsid unshare --mount /bin/sh -c ${quoted(mounted)} ${quoted(inRoot)} "$@"\n`);
		return new FootfallProcess(words, {}, this.folder, ['/bin/bash', script]);
	}

	/** Runs a command to its end. @returns what it has printed @throws Error when it fails */
	async run(...words: string[]): Promise<string> {
		const command = this.start(...words);
		const code = await command.exit();
		if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${command.stderr}${command.stdout}`);
		return command.stdout;
	}

	/** Ends every process that still runs in the root, and removes it. @throws Error when something is mounted in it */
	remove(): void {
		for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
			if (rootOf(pid) === this.folder) process.kill(Number(pid), 'SIGKILL');
		}
		removeUnmounted(this.folder);
		// The next root installs again, out of the downloads.
		rmSync(join(this.#npmCache, '_npx'), { recursive: true, force: true });
	}
}

function rootOf(pid: string): string | undefined {
	try {
		return readlinkSync(join('/proc', pid, 'root'));
	} catch {
		return undefined; // The process has ended.
	}
}

/** Sends SIGINT to a command and all processes that it has started in its session, as a terminal does on Ctrl-C. */
export async function interrupt(command: FootfallProcess): Promise<number | string> {
	process.kill(-(command.process.pid as number), 'SIGINT');
	return command.exit();
}

/** Removes a folder in which nothing is mounted. */
export function removeUnmounted(folder: string): void {
	if (isMounted(folder)) throw new Error(`${folder} has mounts, and is left there`);
	rmSync(folder, { recursive: true, force: true });
}
