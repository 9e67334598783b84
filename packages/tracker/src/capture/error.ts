import { listen } from '../listeners.js';
import { signal } from './capture.js';

/** Maximum number of different errors that are captured of one page. */
const errorsMax = 10;

/** Messages of the errors captured so far. */
const seen: unknown[] = [];

function captureOnce(objId: unknown, source?: string): void {
	if (seen.includes(objId) || seen.length === errorsMax) return;
	seen.push(objId);
	signal('error', { objId, obj: 'error', props: { source } });
}

/** Captures every uncaught error of the page, once for each message. */
export function watchErrors(): void {
	listen('error', ({ message, filename, lineno }: ErrorEvent) => {
		// Images and scripts that fail to load have no message.
		if (message) captureOnce(message, `${filename.replace(/[?#].*/, '')}:${lineno}`);
	});
	listen('unhandledrejection', ({ reason }: PromiseRejectionEvent) => captureOnce(`${reason?.message ?? reason}`));
}
