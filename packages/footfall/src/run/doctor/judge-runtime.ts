import { type Platform, platformFault } from '@footfall/warehouse/platform';
import { type Finding, fault, ok, warning } from './finding.js';

/** Versions of Node.js. A test compares them with package.json and the README. */
export const nodeVersions = {
	/** Oldest version on which the code runs. */
	min: '20.19',
	/** Major versions with which the tests run. */
	tested: [20, 22, 24],
	/** The version to install. */
	recommended: 24,
};

/** Judges the version of Node.js, such as `24.1.0`. Pure. */
export function judgeNode(version: string): Finding {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	const [majorMin = 0, minorMin = 0] = nodeVersions.min.split('.').map(Number);
	const { min, tested, recommended } = nodeVersions;
	if (major < majorMin || (major === majorMin && minor < minorMin))
		return fault('Node.js', version, `Footfall needs ${min} or newer; install Node.js ${recommended}`);
	if (!tested.includes(major))
		return warning('Node.js', version, `the tests run with ${tested.join(', ')}; prefer Node.js ${recommended}`);
	return ok('Node.js', version);
}

/**
 * Judges the operating system and its C library. Pure.
 *
 * @param glibc version of glibc, such as `2.36`; undefined without it
 * @param isEmbedded whether Footfall starts ClickHouse itself
 */
export function judgeSystem({ os, cpu }: Platform, glibc: string | undefined, isEmbedded: boolean): Finding {
	const reason = platformFault({ os, cpu, glibc: glibc !== undefined });
	const library = os === 'linux' ? `, ${glibc === undefined ? 'without glibc' : `glibc ${glibc}`}` : '';
	const text = `${os}/${cpu}${library}`;
	if (reason !== undefined && isEmbedded) return fault('system', text, reason);
	if (os !== 'linux' || cpu !== 'x64' || glibc === undefined)
		return warning('system', text, 'the tests run on linux/x64 with glibc only');
	return ok('system', text);
}
