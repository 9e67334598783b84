import { limits } from '@footfall/protocol';
import { page } from './browser.js';
import { clip, clipInteger } from './encode/clip.js';
import { loadSecond, second } from './second-file.js';
import { isOn, settings } from './settings.js';
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
	// The minifier takes `Number(x)` for `+x`, which throws here, and leaves the method.
	page.Number((page.crypto.getRandomValues(new BigUint64Array(1))[0] as bigint) >> 11n);

/** Writes the cookie of the visitor, if the site wants one. */
function writeCookie(value: number): void {
	if (settings.cookieDomain) void loadSecond(() => second.writeCookie?.(settings, value));
}

/** Loads or creates the visitor and the user. Other code may write to this storage, so invalid ids are ignored. */
export function recallVisitor(): void {
	stream ||= randomInteger();
	visitor = clipInteger(second.cookieVisitor?.(settings) || recall(visitorKey)) || visitor || randomInteger();
	keep(visitorKey, visitor);
	writeCookie(visitor);
	setUser(userId || recall(userKey));
}

/** Takes visitor and user from the storage. It writes nothing, because the other tab may not have written all of it. */
export function takeStored(): void {
	visitor = clipInteger(recall(visitorKey)) || visitor;
	userId = clip(recall(userKey) ?? userId, limits.userIdBytesMax);
}

/** Sets the user id, and stores it while the tracker is on. */
export function setUser(id: unknown): void {
	userId = clip(id, limits.userIdBytesMax);
	if (isOn) keep(userKey, userId);
}

/** Forgets visitor and user. Later events belong to a new visitor. */
export function forgetVisitor(): void {
	forget(visitorKey);
	writeCookie(0);
	visitor = 0;
	setUser('');
	if (isOn) recallVisitor();
}
