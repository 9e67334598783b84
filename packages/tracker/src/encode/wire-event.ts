import { eventPositions, limits, type WireEvent } from '@footfall/protocol';
import { now } from '../clock.js';
import type { DraftEvent } from '../options.js';
import { clip, clipAmount, clipInteger, clipMap } from './clip.js';

/**
 * Returns an event within the limits of the wire, without the trailing elements that have their default. In place of
 * its age it has its time, which becomes an age when its batch is encoded. The batcher fills in its context.
 *
 * @throws if the name is empty
 */
export function wireEvent(event: DraftEvent, props: object, atMs: number = now()): WireEvent {
	const bound = clipMap(props, limits.mapValueBytesMax);
	const wire = [
		atMs,
		0,
		clip(event.name, limits.nameBytesMax),
		clip(event.obj, limits.objBytesMax),
		clip(event.objId, limits.objIdBytesMax),
		clipInteger(event.productId),
		clipAmount(event.amount),
		clip(event.currency, limits.currencyBytesMax),
		Object.keys(bound).length && bound,
	];
	while (!wire[wire.length - 1]) wire.pop();
	if (!wire[eventPositions.name]) throw 'event name is missing';
	return wire as WireEvent;
}
