import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import packed from '@sparticuz/chromium';

/**
 * Flags of the package that are removed. The package is intended for functions that open a single page. A single
 * process for all pages would end with the first closed context, and a browser without cross-origin checks would not
 * test a tracker whose origin differs from the shop's.
 */
const unfitFlags = ['--single-process', '--disable-web-security', '--allow-running-insecure-content'];

/** Version of the package in the workspace's catalog. It is part of the folder's name, so that versions do not mix. */
export const bundledVersion = '147.0.0';

/** The folder is named after the user, and its owner is checked, so that no user runs a program of another user. */
const folder = join(tmpdir(), `footfall-chromium-${bundledVersion}-${process.getuid?.() ?? 'user'}`);
const executable = join(folder, 'chromium');
/** Libraries that Chromium needs beside glibc (nss, nspr, expat), since a machine with only Node lacks them. */
const libraries = join(folder, 'al2023', 'lib');
/** Without a font, Chromium aborts at the first character that needs a fallback. */
const fontConfiguration = join(folder, 'fonts.conf');

/** Path, flags and environment of the bundled Chromium. */
export interface BundledChromium {
	path: string;
	flags: string[];
	/** Environment variables in addition to those of this process. */
	environment: Record<string, string>;
}

/**
 * Unpacks the Chromium of the package, once per machine and user (200 MB, about 3 s).
 *
 * @throws StartRefusal when the folder belongs to another user
 * @throws Node's error when the disk is full
 */
export async function bundledChromium(): Promise<BundledChromium> {
	packed.setGraphicsMode = false;
	if (!isWhole()) await unpack();
	const { uid } = await stat(folder);
	if (process.getuid && uid !== process.getuid()) {
		throw new StartRefusal(`${folder} belongs to another user; remove it, or name a Chromium with --chromium.`);
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
 * Unpacks the package atomically: into a staging folder, which is then renamed. The package itself unpacks directly to
 * the final path, where another process could find an incomplete browser.
 */
async function unpack(): Promise<void> {
	const staging = await mkdtemp(`${folder}-`);
	try {
		await withEnvironment({ TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' }, () => packed.executablePath());
		await writeFile(join(staging, 'fonts.conf'), renderFontConfiguration(folder));
		// A cleaner of old temporary files may have left an incomplete folder.
		if (!isWhole()) await rm(folder, { recursive: true, force: true });
		await rename(staging, folder);
	} catch (error) {
		await rm(staging, { recursive: true, force: true });
		// Another process may have finished first.
		if (!isWhole()) throw error;
	}
}

/**
 * A font configuration with the system's fonts, if any, and the package's, which its own configuration does not find.
 */
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
 * Calls a function with environment variables set. The package reads them synchronously, so no other code sees the
 * change: the folder for unpacking, and that it runs on Lambda, which makes it unpack the libraries as well.
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
