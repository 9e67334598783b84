import { pino } from 'pino';

/** JSON lines to stderr: stdout is for the person. */
export function createLogger(level: string) {
	return pino(
		{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
		pino.destination({ dest: 2, sync: true }),
	);
}

export type Logger = ReturnType<typeof createLogger>;
