import { pino } from 'pino';

/** A logger that writes JSON lines to stderr; stdout is for the command's output. @param level lowest level to write */
export function createLogger(level: string) {
	return pino(
		{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
		pino.destination({ dest: 2, sync: true }),
	);
}

export type Logger = ReturnType<typeof createLogger>;
