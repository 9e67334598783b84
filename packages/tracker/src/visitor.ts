import { limits } from '@footfall/protocol';
import { clip, clipInteger } from './encode/clip.js';
import { isOn } from './settings.js';
import { forget, keep, prefix, recall } from './store.js';

const visitorKey = `${prefix}visitor`;
const userKey = `${prefix}user`;

/** This browser's, or where nothing is kept this page's. */
export let visitor: number;
/** This page load. */
export let stream: number;
/** Given to `identify()` on this or an earlier page; empty when anonymous. */
export let userId = '';

/**
 * A random integer of 53 bits, which is what a JavaScript number and the wire hold exactly. Not out of `Math.random`, which
 * WebKit seeds with 32 bits: of a million pages a hundred would share a stream, and of their events one copy would be kept.
 */
const randomInteger = () =>
	crypto.getRandomValues(new Uint32Array(2)).reduce((high, low) => high * 2 ** 21 + (low >>> 11));

/** Who is here. Whatever else writes to the site's storage: what the collector would refuse is not used. */
export function recallVisitor(): void {
	stream ||= randomInteger();
	visitor = clipInteger(recall(visitorKey)) || randomInteger();
	keep(visitorKey, visitor);
	setUser(userId || recall(userKey));
}

/** Kept only where anything is. */
export function setUser(id: unknown): void {
	userId = clip(id, limits.userIdBytesMax);
	if (isOn) keep(userKey, userId);
}

/** Whoever comes next is somebody else. */
export function forgetVisitor(): void {
	forget(visitorKey);
	setUser('');
	if (isOn) recallVisitor();
}
