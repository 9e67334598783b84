// The packages that are published, and what each of them contains.

/** Systems on which the bundled uWebSockets.js has its native file, by process.platform and process.arch. */
const uwsSystems = ['linux_x64', 'linux_arm64'];
/** Versions of Node's native interface for which it has one: those of Node 20, 22, 24 and 25. */
const uwsAbis = [115, 127, 137, 141];

/**
 * - `name`: the name on npm;
 * - `folder`: the folder in this repository, whose manifest the published one is made from;
 * - `content`: files and folders of it that are published, besides README and licence;
 * - `shared`: folders of the repository that are published with it;
 * - `types`: declarations that are joined to one file, if there are many that its users cannot reach;
 * - `bundled`: whether the other packages of the workspace that it depends on are part of it;
 * - `unpackedBytesMax`: largest size of its files.
 */
export const published = [
	{
		name: '@footfall/tracker',
		folder: 'packages/tracker',
		content: ['dist'],
		types: ['dist/types/index.d.ts', 'dist/types/script.d.ts'],
		bundled: false,
		unpackedBytesMax: 60_000,
	},
	{ name: '@footfall/node', folder: 'packages/node', content: ['dist'], bundled: false, unpackedBytesMax: 100_000 },
	{
		name: '@footfall/cli',
		folder: 'packages/footfall',
		content: ['dist', 'templates'],
		shared: ['data', 'deploy'],
		bundled: true,
		unpackedBytesMax: 100_000_000,
	},
];

/** Folders of the bundled packages besides `dist`, by the folder of the package. */
export const assets = {
	'demo-shop': ['pages'],
	'packages/dashboard': ['web'],
	'packages/transforms': ['models'],
	'packages/warehouse': ['migrations'],
};

/**
 * Dependencies that are copied into the package, with the files of each. uWebSockets.js brings 257 MB for every system
 * and version of Node, of which one file is loaded. swagger-ui-dist depends on a package that reports every install;
 * this repository overrides it, which a published package cannot do for those who install it.
 */
export const copied = {
	'uWebSockets.js': [
		'ESM_wrapper.mjs',
		'LICENSE',
		'uws.js',
		...uwsSystems.flatMap((system) => uwsAbis.map((abi) => `uws_${system}_${abi}.node`)),
	],
	'swagger-ui-dist': ['LICENSE', 'swagger-ui-bundle.js', 'swagger-ui.css'],
};
