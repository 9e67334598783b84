import { limits } from '@footfall/protocol';
import { attempt } from './attempt.js';
import { page } from './browser.js';
import { clip, clipInteger } from './encode/clip.js';
import { isOn, settings } from './settings.js';
import { forget, keep, prefix, recall } from './store.js';

const visitorKey = `${prefix}visitor`;
const userKey = `${prefix}user`;
/** Time for which browsers keep a cookie at most, s: https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html */
const cookieAgeS = 400 * 86_400;

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
	page.crypto.getRandomValues(new Uint32Array(2)).reduce((high, low) => high * 2 ** 21 + (low >>> 11));

/**
 * Writes the cookie of the visitor, which pages on other hosts of the site's domain read.
 *
 * @param ageS time for which it is kept, s; 0 removes it
 */
export function writeCookie(ageS: number = cookieAgeS): void {
	const { cookieDomain } = settings;
	if (cookieDomain) {
		// biome-ignore lint/suspicious/noDocumentCookie: not every browser of the last three years has the Cookie Store API
		document.cookie = `${visitorKey}=${visitor};domain=${cookieDomain};path=/;max-age=${ageS};secure;samesite=lax`;
	}
}

/** Returns the visitor in the cookie. */
const cookieVisitor = () =>
	settings.cookieDomain && attempt(() => Number.parseInt(document.cookie.split(`${visitorKey}=`)[1] as string, 10));

/** Loads or creates the visitor and the user. Other code may write to this storage, so invalid ids are ignored. */
export function recallVisitor(): void {
	stream ||= randomInteger();
	visitor = clipInteger(cookieVisitor()) || clipInteger(recall(visitorKey)) || visitor || randomInteger();
	keep(visitorKey, visitor);
	writeCookie();
	setUser(userId || recall(userKey));
}

/** Returns whether another tab has stored another visitor or user. */
export const isOther = (): boolean =>
	(recall(visitorKey) ?? `${visitor}`) !== `${visitor}` || (recall(userKey) ?? userId) !== userId;

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
