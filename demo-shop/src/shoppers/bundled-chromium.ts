import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
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
/** What Chromium needs beside glibc (nss, nspr, expat): a machine with only Node has none of it. */
const libraries = join(folder, 'al2023', 'lib');
/** Without any font Chromium aborts at the first character that needs a fallback. */
const fontConfiguration = join(folder, 'fonts.conf');

/** How to run the bundled Chromium. */
export interface BundledChromium {
	path: string;
	flags: string[];
	/** Variables that it needs beside those of this process. */
	environment: Record<string, string>;
}

/**
 * Unpacks the Chromium that comes as a package, once per machine and user (200 MB, about 3 s), and says how to run it.
 *
 * @throws {ShopRefusal} when the folder is another user's
 * @throws when the disk is full
 */
export async function bundledChromium(): Promise<BundledChromium> {
	packed.setGraphicsMode = false;
	if (!isWhole()) await unpack();
	const { uid } = await stat(folder);
	if (process.getuid && uid !== process.getuid()) {
		throw new ShopRefusal(`${folder} belongs to another user: remove it, or name a Chromium with --chromium.`);
	}
	return {
		path: executable,
		flags: packed.args.filter((flag) => !unfitFlags.includes(flag)),
		environment: {
			LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
			FONTCONFIG_FILE: fontConfiguration,
		},
	};
}

function isWhole(): boolean {
	return [executable, libraries, fontConfiguration].every((path) => existsSync(path));
}

/**
 * The package unpacks straight to its final place, where a second process finds half a browser. So it unpacks to a
 * folder of our own, which then gets its name in one step.
 */
async function unpack(): Promise<void> {
	const staging = await mkdtemp(`${folder}-`);
	try {
		await withEnvironment({ TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' }, () => packed.executablePath());
		await writeFile(join(staging, 'fonts.conf'), renderFontConfiguration(folder));
		// What cleans up old temporary files may have left a folder without all of its parts.
		if (!isWhole()) await rm(folder, { recursive: true, force: true });
		await rename(staging, folder);
	} catch (error) {
		await rm(staging, { recursive: true, force: true });
		// Another process was first.
		if (!isWhole()) throw error;
	}
}

/** The system's fonts, where it has any, and the package's: its own configuration looks for them elsewhere. */
function renderFontConfiguration(home: string): string {
	return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
	<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
	<dir>${join(home, 'fonts')}</dir>
	<cachedir>${join(home, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

/**
 * Calls with some variables set. The package reads them before it first waits, so nobody else sees the change: where to
 * unpack, and that it runs on Lambda, which is what makes it unpack the libraries too.
 */
function withEnvironment<Result>(variables: Record<string, string>, start: () => Promise<Result>): Promise<Result> {
	const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
	Object.assign(process.env, variables);
	try {
		return start();
	} finally {
		for (const [name, value] of before) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	}
}
