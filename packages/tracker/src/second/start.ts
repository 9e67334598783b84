import type { WireContext } from '@footfall/protocol';
import { note } from '../attempt.js';
import type { Capture } from './capture.js';
import { watchErrors } from './errors.js';
import { watchReading } from './reading.js';
import { measure, type Pages } from './vitals.js';

/** Whether web vitals are measured: once, because the library cannot stop. */
let isMeasuring = false;

const signals = 'view click outbound download submit scroll engaged error vital'.split(' ');

/**
 * Starts to capture the signals of this file that the page wants. It is called again after `document.open()`, which
 * removes listeners.
 *
 * @param wanted words that the page has named as signals
 * @param lastContext returns the context of the previous event
 * @param earlyErrors errors of the page from before this file was there
 * @param pages see `measure`; only web vitals are measured if it is given, which is later than the rest
 */
export function start(
	wanted: readonly string[],
	capture: Capture,
	lastContext: () => WireContext,
	earlyErrors: Event[],
	pages?: Pages,
): void {
	if (pages) {
		if (!isMeasuring) measure((objId, value, context) => capture('vital', { objId, props: { value } }, context), pages);
		isMeasuring = true;
		return;
	}
	const isWanted = (signal: string) => wanted.includes(signal);
	const known = wanted.filter((word) => signals.includes(word));
	if (known.length < wanted.length) note(wanted, known);
	watchReading(isWanted, capture, lastContext);
	if (isWanted('error')) watchErrors(capture, earlyErrors);
}
