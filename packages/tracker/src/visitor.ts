import { limits } from '@footfall/protocol';
import { clip, clipInteger } from './queue/clip.js';
import { isOn } from './settings.js';
import { forget, keep, recall } from './store.js';

const visitorName = 'visitor';
const userName = 'user';

/** This browser's, or where nothing is kept this page's. */
export let visitor: number;
/** This page load. */
export let stream: number;
/** Given to `identify()` on this or an earlier page; empty when anonymous. */
export let userId = '';

/** A random integer of 53 bits, which is what a JavaScript number and the wire hold exactly. */
function randomInteger(): number {
	const [high, low] = crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number];
	return high * 2 ** 21 + (low >>> 11);
}

/** Who is here. Whatever else writes to the site's storage: what the collector would refuse is not used. */
export function recallVisitor(): void {
	stream ||= randomInteger();
	visitor = clipInteger(recall(visitorName)) || randomInteger();
	keep(visitorName, visitor);
	setUser(userId || recall(userName));
}

/** Kept only where anything is. */
export function setUser(id: unknown): void {
	userId = clip(id, limits.userIdBytesMax);
	if (isOn) keep(userName, userId);
}

/** Whoever comes next is somebody else. */
export function forgetVisitor(): void {
	forget(visitorName);
	setUser('');
	if (isOn) recallVisitor();
}
