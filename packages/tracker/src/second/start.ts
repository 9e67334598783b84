import type { WireContext } from '@footfall/protocol';
import { note } from '../attempt.js';
import type { Capture } from './capture.js';
import { watchErrors } from './errors.js';
import { watchReading } from './reading.js';
import { measure, type Pages } from './vitals.js';

/** Whether web vitals are measured: once, because the library cannot stop. */
let isMeasuring = false;

const signals = 'view click outbound download submit scroll engaged error vital'.split(' ');
/** A word for a data layer: `datalayer`, or `datalayer:NAME` for one that is not called `dataLayer`. */
const layerWord = /^datalayer(:|$)/;

/** Loads the file that reads data layers, from the collector that this one comes from. */
const loadLayerReader = (): Promise<typeof import('../data-layer/index.js')> => {
	const file = './footfall-datalayer.js';
	return import(/* @vite-ignore */ file);
};

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
	const known = wanted.filter((word) => signals.includes(word) || layerWord.test(word));
	if (known.length < wanted.length) note(wanted, known);
	if (wanted.some((word) => layerWord.test(word))) {
		loadLayerReader().then(
			({ watchLayers }) => watchLayers(wanted, capture),
			() => {},
		);
	}
	watchReading(isWanted, capture, lastContext);
	if (isWanted('error')) watchErrors(capture, earlyErrors);
}
