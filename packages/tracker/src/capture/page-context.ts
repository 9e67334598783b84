import { limits, type StringMap, type WireContext } from '@footfall/protocol';
import { attempt } from '../attempt.js';
import { clip, clipMap } from '../encode/clip.js';
import { userId } from '../visitor.js';
import { declaredMap, pageElement } from './declared.js';
import { cleanUrl } from './page-url.js';

/** Given to `experiment()`. */
let experiments: StringMap = {};
let known = '';
let context: WireContext;

/**
 * What events have in common, read when the page's address or title has changed or something else is new, and the same
 * object in between: a batch recognises it, and sizes are not measured for every event, which would cost a layout.
 *
 * @param ofLast what it was at the last event, on the page that is being left
 */
export function pageContext(ofLast: unknown): WireContext {
	const current = location.href + document.title;
	if (current !== known && !(ofLast && context)) {
		context = readContext();
		known = current;
	}
	return context;
}

/** Reads it anew for the next event. */
export function renewContext(): void {
	known = '';
}

export function setExperiment(name: string, variant: string): void {
	experiments[name] = variant;
	renewContext();
}

export function forgetExperiments(): void {
	experiments = {};
	renewContext();
}

/**
 * IANA name of the time zone. The first use of `Intl` on a page loads what it knows of all languages, which takes ten
 * milliseconds and more; `Temporal` needs none of it, but not every browser has it.
 */
const timezone = () => attempt(() => Temporal.Now.timeZoneId()) || Intl.DateTimeFormat().resolvedOptions().timeZone;

function readContext(): WireContext {
	const from = clip(
		attempt(() => cleanUrl(document.referrer)),
		limits.urlBytesMax,
	);
	return [
		clip(cleanUrl(location.href), limits.urlBytesMax),
		clip(document.title, limits.titleBytesMax),
		// A path says as much when the visitor came from the site itself.
		from.indexOf(`${location.origin}/`) ? from : from.slice(location.origin.length),
		userId,
		clipMap({ ...declaredMap('data-ff-exp-', pageElement()), ...experiments }, limits.mapKeyBytesMax),
		...[innerWidth, innerHeight, screen.width, screen.height].map((pixels) => pixels & limits.pixelsMax),
		clip(navigator.language, limits.languageBytesMax),
		clip(timezone(), limits.timezoneBytesMax),
	] as unknown as WireContext;
}
