import { Bounds, type CommonFields, type EventDetails, saysRefundAmount } from './bounded.js';
import { type Given, isMissing, namedEvent } from './named-event.js';

/** The elements of an event on the wire that its details may change. */
export interface EventCore extends CommonFields {
	name: string;
	/** 0 if the product has no number. */
	productId: number;
}

/** An event with its details: under Footfall's names, and within the limits. */
export interface DetailedEvent extends EventCore {
	details: EventDetails;
	/** Number of fields that were cut, or not taken. */
	faults: number;
}

/**
 * Returns an event as its details change it. A field of the details counts more than the element of the event with the
 * same name, which an earlier collector reads. Pure.
 */
export function detailedEvent(event: EventCore, details: Given): DetailedEvent {
	const { name: given, ...elements } = event;
	const filled = Object.entries(elements).filter(([field, value]) => value && isMissing(details[field]));
	const { name, fields } = namedEvent(given, { ...details, ...Object.fromEntries(filled) });
	const bounds = new Bounds();
	const bounded = bounds.details(fields);
	const common = bounds.common(fields, name);
	// Without an amount, a refund gives back all of its order. One whose amount cannot be read must not.
	const isUnclear = name === 'refund' && !saysRefundAmount(fields.amount);
	const kept = isUnclear ? { ...bounded, orderId: '', refundId: '' } : bounded;
	return { name, productId: numberOf(bounded.productId), ...common, details: kept, faults: bounds.faults };
}

/** Returns the number of a product whose id is one; 0 for a product with another id. */
function numberOf(productId: string): number {
	return /^[1-9]\d{0,15}$/.test(productId) && Number.isSafeInteger(Number(productId)) ? Number(productId) : 0;
}
