import { readFileSync } from 'node:fs';

/** The version of an installation. */
export interface BuildInfo {
	/** Version of the release, such as `0.2.0`. */
	version: string;
	/** Commit that it was built from, if it is known; with `-dirty` at its end if files had changed since. */
	commit: string | undefined;
	/** Version of Node.js, such as `24.1.0`. */
	node: string;
}

/** The paths are the same from `src` and from `dist`. */
const manifestFile = new URL('../package.json', import.meta.url);
/** Written by `scripts/build.js`, and part of the published package. */
const builtFile = new URL('../dist/build.json', import.meta.url);

let known: BuildInfo | undefined;

/**
 * The version and the commit of this installation. The commit is that of the variable `FOOTFALL_COMMIT`, which an image
 * sets, else that of the checkout in which the packages were built, else unknown.
 */
export function buildInfo(): BuildInfo {
	known ??= buildInfoOf(process.env.FOOTFALL_COMMIT, textOf(manifestFile), textOf(builtFile));
	return known;
}

/**
 * @param given the variable; an empty one counts as unset
 * @param manifest text of a `package.json`
 * @param built text of the file that a build has written; empty if there is none
 */
export function buildInfoOf(given: string | undefined, manifest: string, built: string): BuildInfo {
	const { version } = JSON.parse(manifest) as { version: string };
	const { commit } = (built === '' ? {} : JSON.parse(built)) as { commit?: string };
	return { version, commit: given || commit, node: process.versions.node };
}

/** The version and the commit in one line, such as `0.2.0 (1a2b3c4)`. Pure. */
export function versionLine({ version, commit }: Pick<BuildInfo, 'version' | 'commit'>): string {
	return commit === undefined ? version : `${version} (${commit})`;
}

/** Answer to a health check: that the process runs, and which version it is. */
export function liveness(info: BuildInfo = buildInfo()): { live: true; version: string; commit?: string } {
	const { version, commit } = info;
	return { live: true, version, ...(commit === undefined ? {} : { commit }) };
}

/** The metric that names the build: its value is always 1. */
export const buildMetric = {
	name: 'footfall_build_info',
	help: 'Always 1; the labels are the version of Footfall, its commit if it is known, and the version of Node.js.',
	labelNames: ['version', 'commit', 'node'] as const,
};

/** The labels of {@link buildMetric}. A commit that is not known is an empty label, which Prometheus treats as none. */
export function buildLabels({ version, commit = '', node }: BuildInfo = buildInfo()) {
	return { version, commit, node };
}

function textOf(file: URL): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}
