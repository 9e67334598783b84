// The commit that the packages are built from.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/**
 * The commit of a checkout, with `-dirty` at its end if files that it tracks have changed since. Undefined where there
 * is no checkout, as in an image: a folder around it may be a checkout of something else.
 *
 * @param root folder of this repository
 * @param given commit of the variable FOOTFALL_COMMIT, which counts more
 */
export function commitOf(root, given = process.env.FOOTFALL_COMMIT) {
	if (given) return given;
	const git = (...args) => {
		const { status, stdout } = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
		return status === 0 ? stdout.trim() : undefined;
	};
	const checkout = git('rev-parse', '--show-toplevel');
	if (checkout === undefined || checkout !== realpathSync(root)) return undefined;
	return git('describe', '--always', '--dirty', '--abbrev=40', '--exclude=*');
}
