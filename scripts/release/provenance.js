// A statement of what the packages of a release were made from, in the format of in-toto and SLSA.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How the packages are built, as RELEASING.md describes it. */
const buildType = 'https://footfall.example/RELEASING.md#packages';
/** A person who runs the script, on a machine that nothing vouches for. */
const handBuilder = 'https://footfall.example/RELEASING.md#by-hand';

/** Name and digests of a file. */
export function digestOf(file) {
	const content = readFileSync(file);
	const digest = (algorithm) => createHash(algorithm).update(content).digest('hex');
	return { file: basename(file), digest: { sha256: digest('sha256'), sha512: digest('sha512') } };
}

/** The lines of SHA256SUMS for all files of a folder. */
export const sums = (folder) =>
	readdirSync(folder)
		.sort()
		.map((name) => `${digestOf(join(folder, name)).digest.sha256}  ${name}\n`)
		.join('');

/** Name of a package in the notation of package URLs. Pure. */
const packageUrl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/**
 * The statement (in-toto Statement 1, SLSA provenance 1). It is not signed, so it says what was done and proves
 * nothing.
 * Pure.
 *
 * @param builder URI of what ran the build @default a person, by hand
 */
export function provenance({
	packages,
	byproducts,
	lockfile,
	state,
	isDry,
	startedOn,
	finishedOn,
	builder = process.env.FOOTFALL_BUILDER ?? handBuilder,
	versions = process.versions,
}) {
	return {
		_type: 'https://in-toto.io/Statement/v1',
		subject: packages.map(({ name, version, digest }) => ({ name: packageUrl(name, version), digest })),
		predicateType: 'https://slsa.dev/provenance/v1',
		predicate: {
			buildDefinition: {
				buildType,
				externalParameters: { version: state.version, isDryRun: isDry },
				internalParameters: { isTreeClean: state.changed.length === 0, changedFiles: state.changed },
				resolvedDependencies: [
					{ name: 'source', digest: { gitCommit: state.commit ?? '' } },
					{ name: 'pnpm-lock.yaml', digest: { sha256: lockfile } },
				],
			},
			runDetails: {
				builder: { id: builder, version: { node: versions.node } },
				metadata: {
					invocationId: startedOn.toISOString(),
					startedOn: startedOn.toISOString(),
					finishedOn: finishedOn.toISOString(),
				},
				byproducts,
			},
		},
	};
}
