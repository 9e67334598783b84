import { Unpackr } from 'msgpackr';
// A testing helper: built like the rest, but not an export of the package.
import { detailedByTable } from '../../packages/protocol/dist/testing/detailed-by-table.js';

/** Maps stay Map objects: where this version skips them, their keys may be of any type. */
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: false, int64AsType: 'auto' });

/** The meaning of a batch's bytes by an independent msgpack decoder. Throws where they are not msgpack. */
export function readByOracle(bytes) {
	const [, site, visitor, stream, sequence, sentAtMs, contexts, events, details] = unpackr.unpack(bytes);
	const byEvent = new Map(Array.isArray(details) ? details : []);
	return {
		site,
		visitor,
		stream,
		sequence,
		sentAtMs,
		contexts: contexts.map(contextOf),
		events: events.map((event, index) => detailed(eventOf(event), byEvent.get(index))),
	};
}

function contextOf([url, title = '', referrer = '', userId = '', exp = new Map(), ...rest]) {
	const [viewportWidth = 0, viewportHeight = 0, screenWidth = 0, screenHeight = 0, language = '', timezone = ''] = rest;
	return {
		url,
		title,
		referrer,
		userId,
		exp: Object.fromEntries(exp),
		viewportWidth,
		viewportHeight,
		screenWidth,
		screenHeight,
		language,
		timezone,
	};
}

function eventOf([ageMs, context, name, obj = '', objId = '', productId = 0, amount = 0, currency = '', ...rest]) {
	const [props = new Map(), eventId] = rest;
	return {
		ageMs,
		context,
		name,
		obj,
		objId,
		productId,
		amount,
		currency,
		props: Object.fromEntries(props),
		eventId: eventId && uuidOf(eventId),
	};
}

/** An event with its details, which may change its name and its common fields. */
function detailed(event, details) {
	if (details === undefined) return event;
	const { name, obj, objId, productId, amount, currency } = event;
	return { ...event, ...detailedByTable({ name, obj, objId, productId, amount, currency }, details) };
}

function uuidOf(bytes) {
	return Buffer.from(bytes)
		.toString('hex')
		.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * The path at which two readings differ; `undefined` when they are equal. A missing field equals an `undefined` one.
 */
export function difference(ours, theirs, path = 'batch') {
	if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null) {
		return Object.is(ours, theirs) ? undefined : path;
	}
	for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
		const found = difference(ours[key], theirs[key], `${path}.${key}`);
		if (found !== undefined) return found;
	}
	return undefined;
}
