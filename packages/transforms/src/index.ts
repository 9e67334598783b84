export { type BuildOptions, type BuildReport, build, CompileFault } from './build.js';
export { type Compiled, compile, type Project } from './compile.js';
export { LockedError } from './lock.js';
export type { DataTest, Model, ModelColumn } from './model.js';
export type { TestResult } from './run-tests.js';
export { type WatchOptions, watch } from './watch.js';
