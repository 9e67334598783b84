/** What the exit code of the command says. */
export const exitCodes = {
	success: 0,
	/** It could not start, or its check failed; stderr says why and what to do. */
	refused: 1,
	/** The command line, an environment variable or the settings file is wrong. */
	usage: 2,
	/** The demo lost or doubled an event, or not every event of a simulated crowd was acknowledged. */
	lossFound: 3,
	/** Data tests of the transforms failed; the last good marts stay. */
	testsFailed: 4,
	/** Another process runs the transforms. */
	locked: 5,
	/** The marts are older than they may be. */
	stale: 6,
	/** The published marts are not what a rebuild makes. */
	differs: 7,
	/** Some lines of the import are no events; they were kept aside, the others are stored. */
	keptAside: 8,
	/** Stopped by SIGINT or SIGTERM before it had started, or before a history was whole. */
	interrupted: 130,
} as const;
