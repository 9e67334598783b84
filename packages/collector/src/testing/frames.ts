import { encode, type WireBatch, type WireDetail, type WireEvent, type WireValue } from '@footfall/protocol';

/** Options of a test batch. */
export interface FrameOptions {
	site?: string;
	visitor?: number;
	stream?: number;
	sequence?: number;
	sentAtMs?: number;
	url?: string;
	/** Number of events, each a click; or the events themselves. */
	events?: number | WireEvent[];
	/** @default none */
	details?: WireDetail[];
}

/** The freeze time of all batches. It is constant, since a batch that is resent must have the same bytes. */
const frozenAtMs = Date.now();

/** Encodes a valid batch. Equal options result in equal bytes. */
export function frame(options: FrameOptions = {}): Uint8Array<ArrayBuffer> {
	const { site = 'shop', visitor = 7, stream = 11, sequence = 0, sentAtMs = frozenAtMs, events = 1 } = options;
	const wireEvents =
		typeof events === 'number'
			? Array.from({ length: events }, (_, i): WireEvent => [i, 0, 'click', 'button', `button-${i}`, 1, 9.99, 'EUR'])
			: events;
	const url = options.url ?? 'https://shop.example/catalog';
	const batch: WireBatch = [1, site, visitor, stream, sequence, sentAtMs, [[url, 'Catalog']], wireEvents];
	return encode((options.details === undefined ? batch : [...batch, options.details]) as WireValue);
}
