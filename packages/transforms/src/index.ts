export { build } from './build.js';
export {
	type Compiled,
	CompileFault,
	compile,
	compileFolder,
	compileOrThrow,
	compileWithOwn,
	type Project,
	type ProjectWithOwn,
	publishedDefinitionsStay,
	withoutDefinitions,
} from './compile/compile.js';
export { generation } from './compile/generation.js';
export { type DataTest, defaultParameters, type Model, type ModelColumn, type Parameters } from './compile/model.js';
export { folderStamp } from './compile/own/folder-stamp.js';
export { definitionsFile, type ReadDefinitions, readDefinitions } from './compile/own/read-definitions.js';
export { defaultOwnLimits, type OwnLimits, ownModelsUnread, withOwn } from './compile/project.js';
export { docsPage, lineagePage } from './inspect/docs-page.js';
export { asciiLineage, mermaidLineage } from './inspect/lineage.js';
export { selectModels } from './inspect/select.js';
export type { TestResult } from './make/data-tests.js';
export { makeAside } from './make/make-aside.js';
export type { OwnReport } from './make/own/own-work.js';
export type { BuildReport } from './make/report.js';
export type { BuildOptions } from './make/start.js';
export { type Latency, martLatency } from './operate/latency.js';
export {
	type Freshness,
	freshness,
	gc,
	listRuns,
	type OwnPreview,
	type Preview,
	preview,
	RollbackRefusal,
	type RunEntry,
	resume,
	rollback,
	type StaleModel,
} from './operate/runs.js';
export { showRows } from './operate/show.js';
export { testPublished } from './operate/test-published.js';
export { type Difference, verify } from './operate/verify.js';
export { type WatchOptions, watch } from './operate/watch.js';
export { refuseNewer } from './plan/generation.js';
export type { Restated } from './plan/plan.js';
export { RunFault } from './plan/run-fault.js';
export { viewDefinition } from './store/layout.js';
export { type LeftOutEntry, listLeftOut } from './store/left-out.js';
export { betweenRuns, breakLock, LockedError } from './store/processes/lock.js';
export { followReads, type Reads } from './store/processes/reads.js';
export { OtherModelsError } from './store/processes/watchers.js';
export { withPublishedDefinitions } from './store/runs/published-definitions.js';
export { readRunState } from './store/runs/run-state.js';
