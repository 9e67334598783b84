import { page } from '../browser.js';
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

/**
 * Returns what can be said of the reason of a rejection, which may be any value: the message of an object or else the
 * names of its properties, whose values may identify a person.
 */
const describe = (reason: unknown) =>
	// The minifier takes `String(x)` for `x + ''`, which throws for symbols, and leaves the method.
	Object(reason) === reason
		? (reason as Error).message || `object: ${Object.keys(reason as object)}`
		: page.String(reason);

/** Captures every uncaught error of the page, once for each message. */
export function watchErrors(): void {
	listen('error', ({ message, filename, lineno }: ErrorEvent) => {
		// Images and scripts that fail to load have no message.
		if (message) captureOnce(message, `${filename.replace(/[?#].*/, '')}:${lineno}`);
	});
	listen('unhandledrejection', ({ reason }: PromiseRejectionEvent) => captureOnce(describe(reason)));
}
