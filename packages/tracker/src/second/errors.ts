import type { ReservedEventName } from '@footfall/protocol';
import { listen } from '../listeners.js';
import type { Capture } from './capture.js';

/** Maximum number of different errors that are captured of one page. */
const errorsMax = 10;

/** Messages of the errors captured so far. */
const seen: unknown[] = [];

/**
 * Returns what can be said of the reason of a rejection, which may be any value: the message of an object or else the
 * names of its properties, whose values may identify a person.
 */
const describe = (reason: unknown) =>
	// The minifier takes `String(x)` for `x + ''`, which throws for symbols, and leaves the method.
	Object(reason) === reason
		? (reason as Error).message || `object: ${Object.keys(reason as object)}`
		: globalThis.String(reason);

/** Captures every uncaught error and rejection of the page, once for each message, those from before first. */
export function watchErrors(capture: Capture, early: Event[]): void {
	const captureError = (event: Event) => {
		const { message, filename, lineno } = event as ErrorEvent;
		const isRejection = 'reason' in event;
		const objId = isRejection ? describe(event.reason) : message;
		// Images and scripts that fail to load have no message.
		if (!objId || seen.includes(objId) || seen.length === errorsMax) return;
		seen.push(objId);
		const source = isRejection ? '' : `${filename.replace(/[?#].*/, '')}:${lineno}`;
		capture('error' satisfies ReservedEventName, { objId, obj: 'error', props: { source } });
	};
	for (const event of early.splice(0)) captureError(event);
	listen('error unhandledrejection', captureError);
}
