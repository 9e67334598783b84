import { limits } from '@footfall/protocol';
import { clip, clipInteger } from './queue/clip.js';
import { forget, keep, recall } from './store.js';

const visitorName = 'visitor';
const userName = 'user';

/** This browser's, or where nothing is kept this page's. */
export let visitor: number;
/** Given to `identify()` on this or an earlier page; empty when anonymous. */
export let userId = '';

/** A random integer of 53 bits, which is what a JavaScript number and the wire hold exactly. */
export function randomInteger(): number {
	const [bits] = crypto.getRandomValues(new BigUint64Array(1)) as unknown as [bigint];
	return Number(bits >> 11n);
}

/** Who is here. Whatever else writes to the site's storage: what the collector would refuse is not used. */
export function recallVisitor(): void {
	visitor = clipInteger(recall(visitorName)) || randomInteger();
	keep(visitorName, visitor);
	setUser(userId || recall(userName));
	keepUser();
}

export function setUser(id: unknown): void {
	userId = clip(id, limits.userIdBytesMax);
}

export const keepUser = () => keep(userName, userId);

/** Whoever comes next is somebody else. */
export function forgetVisitor(): void {
	forget(visitorName);
	setUser('');
	keepUser();
	recallVisitor();
}
