// The directions of imports. Data flows page → protocol → collector → warehouse → transforms; imports point
// to contracts.

/** May import only these of our own packages. */
const allowed = {
	'packages/protocol': [],
	'packages/random': [],
	'packages/addresses': [],
	'packages/json': [],
	'packages/definitions': ['packages/json'],
	'packages/host': [],
	'packages/node': ['packages/protocol'],
	'packages/http-server': ['packages/addresses', 'packages/host'],
	'packages/tracker': ['packages/protocol'],
	'packages/warehouse': ['packages/host', 'packages/protocol'],
	'packages/collector': [
		'packages/addresses',
		'packages/host',
		'packages/http-server',
		'packages/protocol',
		'packages/random',
		'packages/warehouse',
	],
	'packages/transforms': ['packages/definitions', 'packages/host', 'packages/warehouse'],
	'packages/dashboard': ['packages/host', 'packages/http-server', 'packages/warehouse'],
	'packages/simulation': ['packages/protocol', 'packages/random', 'packages/warehouse', 'demo-shop'],
	'demo-shop': [
		'packages/host',
		'packages/http-server',
		'packages/node',
		'packages/protocol',
		'packages/random',
		'packages/tracker',
	],
};
const ours = '^(packages/[^/]+|demo-shop)/';
const anyOf = (paths) => `^(${paths.join('|')})/`;

/**
 * The folders of the collector's source, and the other folders that each may import. Data flows accept → wal →
 * deliver. Within accept, `transport` and `intake` do not import each other; `json` and the routes beside it join them.
 * Files at the top of src that several folders share (options, metrics, client, logger) are open to all of them.
 */
const collectorFolders = {
	'accept/limits': [],
	'accept/inflate': ['accept/limits'],
	'accept/transport': ['accept/inflate', 'accept/limits'],
	'accept/intake': ['accept/limits', 'wal'],
	'accept/json': ['accept/limits', 'accept/transport', 'accept/intake'],
	accept: ['accept', 'wal'],
	wal: [],
	deliver: ['wal'],
	admin: ['accept'],
};
const collectorSource = '^packages/collector/src/';
const unshipped = '\\.test\\.ts$|/testing/';
/** The folders of the command, each with the folders that its files may import. Tests and files beside them: all. */
const commandFolders = {
	terminal: [],
	settings: [],
	stack: ['settings', 'terminal'],
	run: ['settings', 'stack', 'terminal'],
};

/** One file alone may import a third party, so that it can be swapped or upgraded in one place. */
const soleImporters = [
	{ of: 'uWebSockets\\.js|uwebsockets', by: '^packages/collector/src/accept/transport/uws/uws-engine\\.ts$' },
	{ of: '@clickhouse/client', by: '^packages/warehouse/src/client/client\\.ts$' },
];

/**
 * The stages of a run of the transforms. A stage may import itself and these; `build` is the file that runs them all.
 * Tests of a stage may use any.
 */
const transformStages = {
	compile: [],
	plan: ['compile/'],
	store: ['compile/', 'plan/'],
	make: ['compile/', 'plan/', 'store/'],
	publish: ['compile/', 'plan/', 'store/', 'make/'],
	'build\\.ts': ['compile/', 'plan/', 'store/', 'make/', 'publish/'],
	operate: ['compile/', 'plan/', 'store/', 'make/', 'publish/', 'build\\.ts'],
	inspect: ['compile/'],
};

module.exports = {
	forbidden: [
		{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
		...Object.entries(allowed).map(([folder, targets]) => ({
			name: `${folder.replace('packages/', '')}-imports-only-its-contracts`,
			severity: 'error',
			from: { path: anyOf([folder]) },
			to: { path: ours, pathNot: anyOf([folder, ...targets]) },
		})),
		...Object.entries(collectorFolders).map(([folder, targets]) => ({
			name: `collector-${folder.replace('/', '-')}-imports-along-the-flow`,
			severity: 'error',
			from: { path: `${collectorSource}${folder}/`, pathNot: unshipped },
			to: {
				path: `${collectorSource}[^/]+/`,
				pathNot: `${collectorSource}(${[folder, ...targets].join('|')})/|${unshipped}`,
			},
		})),
		...Object.entries(transformStages).map(([stage, earlier]) => ({
			name: `transforms-${stage.replace(/\W.*/, '')}-imports-only-earlier-stages`,
			severity: 'error',
			from: { path: `^packages/transforms/src/${stage}`, pathNot: '\\.test\\.ts$' },
			to: { path: '^packages/transforms/src/', pathNot: `^packages/transforms/src/(${[stage, ...earlier].join('|')})` },
		})),
		{
			name: 'shipped-code-imports-no-tests',
			severity: 'error',
			from: { path: ours, pathNot: unshipped },
			to: { path: `${ours}.*(${unshipped})` },
		},
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
			to: { path: '^packages/protocol/(src|dist)/(decode|reader|batch-reader|map-entries)\\.' },
		},
		{
			name: 'tracker-encodes-without-queue-or-network',
			severity: 'error',
			from: { path: '^packages/tracker/src/encode/' },
			to: { path: '^packages/tracker/src/(capture|queue|send)/' },
		},
		...soleImporters.map(({ of, by }) => ({
			name: `one-file-imports-${of.replace(/\W.*/, '') || 'clickhouse-client'}`,
			severity: 'error',
			from: { pathNot: by },
			to: { path: `(^|/)node_modules/(${of})/` },
		})),
		{
			name: 'one-file-of-the-collector-imports-ws',
			severity: 'error',
			from: {
				path: collectorSource,
				pathNot: `^packages/collector/src/accept/transport/node/node-pages\\.ts$|${unshipped}`,
			},
			to: { path: '(^|/)node_modules/ws/' },
		},
		{
			name: 'engines-import-no-rules',
			severity: 'error',
			from: { path: `${collectorSource}accept/transport/(uws|node)/`, pathNot: unshipped },
			to: {
				path: `${collectorSource}accept/transport/(server|serve-request|page-sockets|request-limits|unpack-body)\\.ts$`,
			},
		},
		{
			name: 'one-folder-imports-plot',
			severity: 'error',
			from: { pathNot: '^packages/dashboard/web/src/charts/' },
			to: { path: '(^|/)node_modules/@observablehq/plot/' },
		},
		{
			name: 'dashboard-page-imports-only-the-contract',
			severity: 'error',
			from: { path: '^packages/dashboard/web/' },
			to: { path: '^packages/dashboard/(src|dist)/', pathNot: '^packages/dashboard/(src|dist)/contract/' },
		},
		{
			name: 'dashboard-contract-carries-no-api',
			severity: 'error',
			from: { path: '^packages/dashboard/src/contract/' },
			to: { path: '^packages/dashboard/src/(?!contract/)', dependencyTypesNot: ['type-only'] },
		},
		{ name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
		{
			name: 'no-dev-dependency-in-shipped-code',
			severity: 'error',
			// The tracker ships as bundles, which contain what they import.
			from: { path: '/src/', pathNot: '\\.test\\.ts$|/testing/|^packages/tracker/' },
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
