import { pino } from 'pino';

/** JSON lines to stderr: stdout is for the person. */
export function createLog(level: string) {
	return pino(
		{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
		pino.destination({ dest: 2, sync: true }),
	);
}

export type Log = ReturnType<typeof createLog>;
