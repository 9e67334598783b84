import { type DetailValue, eventPositions, limits, type WireEvent } from '@footfall/protocol';
import { now } from '../clock.js';
import type { DraftEvent } from '../options.js';
import { clip, clipAmount, clipDeep, clipInteger, detailBytesMax } from './clip.js';

/** Levels of maps and lists in details: the fields, the list of items, and an item. */
const detailDepth = 3;

/** The details of an event and the event, whose time becomes an age when its batch is encoded. */
export type OpenEvent = [details: { readonly [name: string]: DetailValue } | 0, ...WireEvent];

/**
 * Returns an event within the limits of the wire, without the trailing elements that have their default. In place of
 * its age it has its time, which becomes an age when its batch is encoded. The batcher fills in its context. Before
 * them are its details: fields that are no elements, and what an element cannot hold, such as a product id that is
 * text. They have the names that the page has given them, because the collector knows their meaning.
 *
 * @param sample rate of visitors that are tracked, a property if it is below 1; one that is not set is not
 * @throws if the name is empty
 */
export function wireEvent(
	{ name, obj, objId, productId, amount, currency, props, ...fields }: DraftEvent & Record<string, unknown>,
	sample: number,
	atMs: number = now(),
): OpenEvent {
	const number = clipInteger(+(productId as number) || 0);
	// A text such as 007 is no number. Numbers have no length.
	if ((productId as string | undefined)?.length && `${number}` !== productId) fields.productId = productId;
	// A refund of 0 is one of everything, so that the collector gets what is no amount, and judges it.
	// biome-ignore lint/suspicious/noDoubleEquals: a number may be text, and an amount of an empty text is none.
	if (clipAmount(amount) != (amount ?? 0)) fields.amount = `${amount}`;
	const wire = [
		clipDeep(fields, detailBytesMax, detailDepth),
		atMs,
		0,
		clip(name, limits.nameBytesMax),
		clip(obj, limits.objBytesMax),
		clip(objId, limits.objIdBytesMax),
		number,
		clipAmount(amount),
		clip(currency, limits.currencyBytesMax),
		clipDeep({ ...(props as object), ...(sample < 1 && { sample }) }, limits.mapValueBytesMax),
	];
	while (!wire[wire.length - 1]) wire.pop();
	if (!wire[eventPositions.name + 1]) throw 'event name is missing';
	return wire as OpenEvent;
}
