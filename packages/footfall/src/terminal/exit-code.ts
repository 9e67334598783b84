/** The exit codes of the command. */
export const exitCodes = {
	success: 0,
	/** The command could not start, its check failed, or output was lost; stderr states the reason and the remedy. */
	refused: 1,
	/** The command line, an environment variable or the settings file is invalid. */
	usage: 2,
	/** The demo lost or duplicated an event or money, or an event of a simulated crowd was not acknowledged. */
	lossFound: 3,
	/** Data tests of the transforms failed; the marts published before remain. */
	testsFailed: 4,
	/** Another process runs the transforms. */
	locked: 5,
	/** The marts are older than `--max-age`. */
	stale: 6,
	/** The published marts differ from the result of a rebuild, or the orders of a file from those of the marts. */
	differs: 7,
	/** Some lines of the import are not valid events; they are quarantined, and the other lines are stored. */
	quarantined: 8,
	/** Files of the project folder have faults, or the run could not compute their models: readers see earlier rows. */
	ownModelsFailed: 9,
	/** SIGINT, SIGTERM or SIGHUP stopped the command before it had started, or before a history was complete. */
	interrupted: 130,
} as const;
