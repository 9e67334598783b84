import { limits, type StringMap, type WireContext } from '@footfall/protocol';
import { attempt } from '../attempt.js';
import { ofDocument } from '../browser.js';
import { clip, clipDeep } from '../encode/clip.js';
import { userId } from '../visitor.js';
import { declaredMap, pageElement } from './declared.js';
import { cleanUrl } from './page-url.js';

/** Variants given to `experiment()`, by experiment. */
let experiments: StringMap = {};
/** Address and title of the page when `context` was read; empty when it must be read again. */
let known = '';
let context: WireContext;

/**
 * Returns the context of the page. It is read again when address or title have changed or `renewContext` was called,
 * and is the same object in between. So a batch recognises it, and window and screen are not measured for every event,
 * which would force a layout.
 *
 * @param isLeaving whether the page is being left; returns the context of the previous event
 * @param address of the page
 */
export function pageContext(isLeaving?: unknown, address: string = location.href): WireContext {
	const title = ofDocument('title');
	if (address + title !== known && !(isLeaving && context)) {
		const from = clip(cleanUrl(ofDocument('referrer')), limits.urlBytesMax);
		context = [
			clip(cleanUrl(address), limits.urlBytesMax),
			clip(title, limits.titleBytesMax),
			// Within the site the path is enough.
			from.indexOf(`${location.origin}/`) ? from : from.slice(location.origin.length),
			userId,
			clipDeep({ ...declaredMap('data-ff-exp-', pageElement()), ...experiments }, limits.mapKeyBytesMax) || {},
			...[innerWidth, innerHeight, screen.width, screen.height].map((pixels) => pixels & limits.pixelsMax),
			clip(navigator.language, limits.languageBytesMax),
			clip(timezone(), limits.timezoneBytesMax),
		] as unknown as WireContext;
		known = address + title;
	}
	return context;
}

/** Makes the next event read the context again. */
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
 * Returns the IANA name of the time zone. The first use of `Intl` on a page loads data of all languages, which takes 10
 * ms and more. `Temporal` does not, but not every browser has it:
 * https://tc39.es/proposal-temporal/#sec-temporal.now.timezoneid
 */
const timezone = () => attempt(() => Temporal.Now.timeZoneId()) || Intl.DateTimeFormat().resolvedOptions().timeZone;
