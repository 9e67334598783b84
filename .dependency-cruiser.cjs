// Which way imports may point. Data flows page → protocol → collector → warehouse → transforms; imports point at contracts.

/** May import only these of our own packages. */
const allowed = {
	'packages/protocol': [],
	'packages/random': [],
	'packages/addresses': [],
	'packages/http-server': ['packages/addresses'],
	'packages/tracker': ['packages/protocol'],
	'packages/warehouse': ['packages/protocol'],
	'packages/collector': [
		'packages/addresses',
		'packages/http-server',
		'packages/protocol',
		'packages/random',
		'packages/warehouse',
	],
	'packages/transforms': ['packages/warehouse'],
	'packages/dashboard': ['packages/http-server', 'packages/warehouse'],
	'packages/simulation': ['packages/protocol', 'packages/random', 'packages/warehouse', 'demo-shop'],
	'demo-shop': ['packages/http-server', 'packages/protocol', 'packages/random', 'packages/tracker'],
};
const ours = '^(packages/[^/]+|demo-shop)/';
const anyOf = (paths) => `^(${paths.join('|')})/`;

/** The folders of the command, each with the folders that its files may import. Tests and files beside them: all. */
const commandFolders = {
	terminal: [],
	settings: [],
	stack: ['settings', 'terminal'],
	run: ['settings', 'stack', 'terminal'],
};

/** One file alone may import a third party, so that it can be swapped or upgraded in one place. */
const soleImporters = [
	{ of: 'uWebSockets\\.js|uwebsockets', by: '^packages/collector/src/accept/server\\.ts$' },
	{ of: '@clickhouse/client', by: '^packages/warehouse/src/client\\.ts$' },
];

module.exports = {
	forbidden: [
		{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
		...Object.entries(allowed).map(([folder, targets]) => ({
			name: `${folder.replace('packages/', '')}-imports-only-its-contracts`,
			severity: 'error',
			from: { path: anyOf([folder]) },
			to: { path: ours, pathNot: anyOf([folder, ...targets]) },
		})),
		{
			name: 'nothing-imports-the-composition-root',
			severity: 'error',
			from: { pathNot: '^(packages/footfall|tests)/' },
			to: { path: '^packages/footfall/' },
		},
		...Object.entries(commandFolders).map(([folder, targets]) => ({
			name: `command-${folder}-imports-only-its-contracts`,
			severity: 'error',
			from: { path: `^packages/footfall/src/${folder}/`, pathNot: '\\.test\\.ts$' },
			to: {
				path: '^packages/footfall/src/',
				pathNot: `^packages/footfall/src/(${[folder, ...targets].join('|')})/`,
			},
		})),
		{
			name: 'seeded-draws-are-for-shoppers-and-tests',
			severity: 'error',
			from: { path: '^packages/', pathNot: '^packages/(random|simulation)/|\\.test\\.ts$|/testing/' },
			to: { path: '^packages/random/' },
		},
		{
			name: 'tracker-carries-no-decoder',
			severity: 'error',
			from: { path: '^packages/tracker/src', pathNot: '\\.test\\.ts$|/testing/' },
			to: { path: '^packages/protocol/(src|dist)/(decode|reader)\\.' },
		},
		...soleImporters.map(({ of, by }) => ({
			name: `one-file-imports-${of.replace(/\W.*/, '') || 'clickhouse-client'}`,
			severity: 'error',
			from: { pathNot: by },
			to: { path: `(^|/)node_modules/(${of})/` },
		})),
		{ name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
		{
			name: 'no-dev-dependency-in-shipped-code',
			severity: 'error',
			from: { path: '/src/', pathNot: '\\.test\\.ts$|/testing/' },
			to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules|/dist/' },
		exclude: { path: '/node_modules/\\.cache/' },
		includeOnly: undefined,
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.base.json' },
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
	},
};
