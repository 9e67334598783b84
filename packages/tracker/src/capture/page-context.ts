import { limits, type StringMap, type WireContext } from '@footfall/protocol';
import { clip, clipInteger, clipMap } from '../queue/clip.js';

/**
 * What events have in common, read when the page's address, title or user has changed or a new view begins, and the same
 * object in between: a batch recognises it, and sizes are not measured for every event, which would cost a layout.
 */
export function pageContext() {
	let known = '';
	let context: WireContext;
	return (userId: string, isNewView: boolean): WireContext => {
		const current = `${location.href}\n${document.title}\n${userId}`;
		if (isNewView || current !== known) context = readContext(userId);
		known = current;
		return context;
	};
}

function readContext(userId: string): WireContext {
	const { referrer, title } = document;
	const { href, origin } = location;
	// A path says as much when the visitor came from the site itself.
	const from = referrer.startsWith(`${origin}/`) ? referrer.slice(origin.length) : referrer;
	return [
		clip(href, limits.urlBytesMax),
		clip(title, limits.titleBytesMax),
		clip(from, limits.urlBytesMax),
		userId,
		readExperiments(),
		clipInteger(innerWidth, limits.pixelsMax),
		clipInteger(innerHeight, limits.pixelsMax),
		clipInteger(screen.width, limits.pixelsMax),
		clipInteger(screen.height, limits.pixelsMax),
		clip(navigator.language, limits.languageBytesMax),
		clip(Intl.DateTimeFormat().resolvedOptions().timeZone, limits.timezoneBytesMax),
	];
}

/** `data-ff-exp="cart_style:default;header:b"` of the first element that has it, as a map. */
function readExperiments(): StringMap {
	const text = document.querySelector<HTMLElement>('[data-ff-exp]')?.dataset.ffExp ?? '';
	const pairs = text.split(';').map((pair) => pair.trim().split(/\s*:\s*(.*)/s));
	// Variants are names too. With values of full length, context and event might be too large for one batch.
	return clipMap(Object.fromEntries(pairs), limits.mapKeyBytesMax);
}
