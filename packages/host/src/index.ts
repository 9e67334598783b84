export {
	type BuildInfo,
	buildInfo,
	buildInfoOf,
	buildLabels,
	buildMetric,
	liveness,
	versionLine,
} from './build-info.js';
export { makeDirectory } from './make-directory.js';
export { openFilesMax, raiseOpenFiles } from './open-files.js';
export { surviveLostOutput } from './output.js';
export { type PlainFile, plainFileStream, readPlainFile, type SpecialFile, whyNoFile } from './plain-file.js';
export { freePort, type ListenAddress, portRefusal, urlOf } from './ports.js';
export { createPrivateFile, removeDrafts, writePrivateFile } from './private-file.js';
export { StartRefusal } from './start-refusal.js';
export { withoutCredentials } from './without-credentials.js';
