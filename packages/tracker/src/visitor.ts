import { limits } from '@footfall/protocol';
import { clip, clipInteger } from './encode/clip.js';
import { isOn } from './settings.js';
import { forget, keep, prefix, recall } from './store.js';

const visitorKey = `${prefix}visitor`;
const userKey = `${prefix}user`;

/** Visitor number: of this browser, or of this page where nothing is stored. */
export let visitor: number;
/** Stream number: of this page load. */
export let stream: number;
/** User id, given to `identify()` on this or an earlier page; empty for an anonymous visitor. */
export let userId = '';

/**
 * Returns a random integer of 53 bits, which a JavaScript number and the wire hold exactly. `Math.random` is not
 * enough, because WebKit seeds it with 32 bits (`m_weakRandom` in
 * https://github.com/WebKit/WebKit/blob/main/Source/JavaScriptCore/runtime/JSGlobalObject.cpp): of a million pages
 * about a hundred would share a stream, and the collector would keep only one copy of the events with the same keys.
 */
const randomInteger = () =>
	crypto.getRandomValues(new Uint32Array(2)).reduce((high, low) => high * 2 ** 21 + (low >>> 11));

/** Loads or creates the visitor. Other code may write to this storage, so invalid ids are ignored. */
export function recallVisitor(): void {
	stream ||= randomInteger();
	visitor = clipInteger(recall(visitorKey)) || randomInteger();
	keep(visitorKey, visitor);
	setUser(userId || recall(userKey));
}

/** Sets the user id, and stores it while the tracker is on. */
export function setUser(id: unknown): void {
	userId = clip(id, limits.userIdBytesMax);
	if (isOn) keep(userKey, userId);
}

/** Forgets visitor and user. Later events belong to a new visitor. */
export function forgetVisitor(): void {
	forget(visitorKey);
	setUser('');
	if (isOn) recallVisitor();
}
