import { limits, type WireEvent } from '@footfall/protocol';
import type { DraftEvent } from '../options.js';
import { clip, clipAmount, clipInteger, clipMap } from './clip.js';

/** What an event says of itself, within the wire's bounds and in the wire's order. */
export const boundFields = (event: DraftEvent) => ({
	name: clip(event.name, limits.nameBytesMax),
	obj: clip(event.obj, limits.objBytesMax),
	objId: clip(event.objId, limits.objIdBytesMax),
	productId: clipInteger(event.productId),
	amount: clipAmount(event.amount),
	currency: clip(event.currency, limits.currencyBytesMax),
});

/**
 * The event without the trailing elements that have their default. Its context comes with its batch.
 *
 * @param atMs when it happened, which freezing the batch makes an age
 */
export function wireEvent(atMs: number, fields: ReturnType<typeof boundFields>, props: object): WireEvent {
	const bound = clipMap(props, limits.mapValueBytesMax);
	const event = [atMs, 0, ...Object.values(fields), Object.keys(bound)[0] && bound];
	while (!event[event.length - 1]) event.pop();
	return event as WireEvent;
}
