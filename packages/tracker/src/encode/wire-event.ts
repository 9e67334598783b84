import { limits, type WireEvent } from '@footfall/protocol';
import { now } from '../clock.js';
import type { DraftEvent } from '../options.js';
import { clip, clipAmount, clipInteger, clipMap } from './clip.js';

/**
 * What an event says of itself, within the wire's bounds and without the trailing elements that have their default. It
 * happened now, which becomes an age when its batch has been frozen; its context comes with its batch.
 */
export function wireEvent(event: DraftEvent, props: object): WireEvent {
	const bound = clipMap(props, limits.mapValueBytesMax);
	const wire = [
		now(),
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
	if (!wire[2]) throw 'event name is missing';
	return wire as WireEvent;
}
