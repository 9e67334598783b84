import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/pack.js', import.meta.url));

/** The packed packages, as a new user of npm gets them: without settings and without a cache. */
export interface Packed {
	/** Folder of the tarballs. */
	folder: string;
	/** Environment of the new user. */
	environment: NodeJS.ProcessEnv & { HOME: string };
	/** Path of the tarball of a package, by its name without the scope. */
	tarball(name: string): string;
}

/** The packed packages, and a new user with a home in `scratch`. */
export function packPackages(scratch: string): Packed {
	const tarball = packedOnce();
	const environment = newUser(join(scratch, 'home'));
	mkdirSync(environment.HOME);
	return { folder: dirname(tarball('cli')), environment, tarball };
}

/**
 * The environment without what npm or pnpm have set for the tests, such as the settings and the cache of their user.
 * The registry stays the same.
 */
function newUser(home: string): Packed['environment'] {
	const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
	const kept = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
	return {
		...Object.fromEntries(kept),
		HOME: home,
		npm_config_registry: registry,
		npm_config_update_notifier: 'false',
	};
}

/** Space that a folder takes on the disk, bytes. A file with several names counts once. */
export function diskBytesOf(folder: string): number {
	const counted = new Set<string>();
	let bytes = 0;
	for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		const stat = statSync(join(folder, name), { throwIfNoEntry: false });
		if (stat === undefined || counted.has(`${stat.dev}:${stat.ino}`)) continue;
		counted.add(`${stat.dev}:${stat.ino}`);
		bytes += stat.blocks * 512;
	}
	return bytes;
}

/**
 * Expects that a page tells a size: at most as much as it says, and not much less, so that the number stays true.
 *
 * @param told the number of the page; undefined if the page has none
 */
export function expectUpTo(gigabytes: number, told: string | undefined): void {
	const most = Number(told);
	expect([gigabytes, most, gigabytes <= most && gigabytes > most - 0.2]).toEqual([gigabytes, most, true]);
}

/**
 * The packed packages, which the first file of a run packs and the others share. vitest.config.ts names their folder,
 * and removes it.
 *
 * @returns path of the packed file of a package, by its name without the scope
 */
export function packedOnce(): (name: string) => string {
	const shared = process.env.FOOTFALL_TEST_PACKED as string;
	if (!existsSync(shared)) pack(shared);
	const files = readdirSync(shared);
	return (name) => {
		const file = files.find((each) => each.startsWith(`footfall-${name}-`));
		if (file === undefined) throw new Error(`${shared} has no package ${name}: ${files.join(', ')}`);
		return join(shared, file);
	};
}

/** Packs into a folder beside it first, so that a file that starts meanwhile finds all packages or none. */
function pack(shared: string): void {
	const own = mkdtempSync(`${shared}-`);
	execFileSync(process.execPath, [script, own], { stdio: 'pipe' });
	try {
		renameSync(own, shared);
	} catch (error) {
		// Another file was faster.
		if (!existsSync(shared)) throw error;
		rmSync(own, { recursive: true, force: true });
	}
}
