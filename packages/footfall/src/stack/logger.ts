import { pino } from 'pino';

/** Maximum size of the lines that are kept while stderr cannot be written, bytes; further lines are dropped. */
const unwrittenBytesMax = 1_048_576;

/** A logger that writes JSON lines to stderr; stdout is for the command's output. @param level lowest level to write */
export function createLogger(level: string) {
	const destination = pino.destination({ dest: 2, sync: true, maxLength: unwrittenBytesMax });
	// Without a listener, a log line that cannot be written would end the process.
	destination.on('error', () => {});
	return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

export type Logger = ReturnType<typeof createLogger>;
