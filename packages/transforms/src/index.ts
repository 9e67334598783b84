export { type BuildOptions, type BuildReport, build, CompileFault } from './build.js';
export { type Compiled, compile, type Project } from './compile.js';
export { docsPage, graphPage } from './docs-page.js';
export { asciiGraph, mermaidGraph } from './graph.js';
export { type Latency, martLatency } from './latency.js';
export { viewDefinition } from './layout.js';
export { type LeftOutEntry, listLeftOut } from './left-out.js';
export { betweenRuns, breakLock, LockedError } from './lock.js';
export type { DataTest, Model, ModelColumn } from './model.js';
export {
	type Freshness,
	freshness,
	gc,
	listRuns,
	type Preview,
	preview,
	RollbackRefusal,
	type RunEntry,
	resume,
	rollback,
} from './operate.js';
export type { Restated } from './plan.js';
export type { TestResult } from './run-tests.js';
export { selectModels } from './select.js';
export { showRows } from './show.js';
export { testPublished } from './test-published.js';
export { type Difference, verify } from './verify.js';
export { type WatchOptions, watch } from './watch.js';
