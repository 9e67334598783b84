import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storageFlags } from '../../scripts/images/names.js';
import { FootfallProcess } from './footfall-process.js';

/** Why containers cannot be built and run on this machine; undefined if they can. */
export function whyNoContainers(): string | undefined {
	if (process.getuid?.() !== 0) return 'building images needs the rights of root';
	const missing = ['debootstrap', 'buildah', 'podman', 'runc'].filter(
		(name) => spawnSync(name, ['--version']).status !== 0,
	);
	if (missing.length === 0) return undefined;
	return `${missing.join(', ')} not installed (on Debian: apt-get install ${missing.join(' ')})`;
}

/** A service of docker/compose.yaml, as far as it restricts its container. */
export interface Restrictions {
	read_only?: boolean;
	tmpfs?: string[];
	cap_drop?: string[];
	security_opt?: string[];
}

const flagsOf = ({ read_only, tmpfs = [], cap_drop = [], security_opt = [] }: Restrictions): string[] => [
	...(read_only ? ['--read-only'] : []),
	...tmpfs.flatMap((path) => ['--tmpfs', path]),
	...cap_drop.flatMap((name) => ['--cap-drop', name]),
	...security_opt.flatMap((option) => ['--security-opt', option]),
];

/** Images and containers of podman in a folder of their own. */
export class Containers {
	readonly #storage: string;
	/** Flags of every container. */
	readonly #flags: string[];

	/** @param storage folder in which scripts/images.js has built the images */
	constructor(storage: string, restrictions: Restrictions) {
		this.#storage = storage;
		// Podman raises limits as far as root may, which is nothing in a machine that is itself a container.
		const files = spawnSync('bash', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim();
		const limits = ['--ulimit', `nofile=${files}:${files}`, '--ulimit', 'nproc=4096:4096'];
		this.#flags = [...limits, ...flagsOf(restrictions)];
	}

	#words(...args: string[]): string[] {
		return [...storageFlags(this.#storage), '--cgroup-manager', 'cgroupfs', '--runtime', 'runc', ...args];
	}

	/** Runs podman to its end. @returns its output @throws Error when it fails */
	podman(...args: string[]): string {
		const { status, stdout, stderr } = spawnSync('podman', this.#words(...args), { encoding: 'utf8' });
		if (status !== 0) throw new Error(`podman ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
		return stdout;
	}

	/** Runs a program of an image to its end, with all restrictions. @returns its output */
	run(image: string, entrypoint: string, ...args: string[]): string {
		return this.podman('run', '--rm', '--network=none', ...this.#flags, '--entrypoint', entrypoint, image, ...args);
	}

	/**
	 * Starts an image with all restrictions. Signals reach the program in the container.
	 *
	 * @param flags of `podman run`
	 * @param args in place of the image's own
	 */
	start(image: string, name: string, flags: string[], args: string[] = []): FootfallProcess {
		// Podman's units for health checks need systemd; the tests run the checks themselves.
		const words = this.#words('run', '--rm', '--name', name, '--no-healthcheck', ...this.#flags, ...flags, image);
		const script = join(this.#storage, `${name}.sh`);
		const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
		writeFileSync(script, `exec podman ${quoted} "$@"\n`);
		return new FootfallProcess(args, {}, this.#storage, ['/bin/bash', script]);
	}

	/** Runs a program in a running container. @returns its output */
	exec(name: string, ...args: string[]): string {
		return this.podman('exec', name, ...args);
	}
}
