import { ownGlobal } from './browser.js';
import type { EventName, FieldsOf } from './capture/own-event.js';
import type { Messages } from './message.js';
import { api, type call } from './tracker.js';

type Api = typeof api;

/**
 * The tracker of a page, as its global `footfall`. `footfall('track', 'signup')` is the same call as
 * `footfall.track('signup')`.
 */
export type Footfall = Api & {
	<Name extends EventName>(name: 'track', event: Name, fields?: FieldsOf<Name>): void;
	<Name extends Exclude<keyof Api, 'on' | 'track'>>(name: Name, ...args: Parameters<Api[Name]>): ReturnType<Api[Name]>;
	<Kind extends keyof Messages>(
		name: 'on',
		kind: Kind,
		listener: (message: Messages[Kind]) => void,
		options?: AddEventListenerOptions,
	): void;
	/** Calls of the stub, made before the tracker was there. */
	q?: Iterable<Parameters<typeof call>>;
};

declare global {
	interface Window {
		/** Undefined until the script of the tracker has run, or where the visitor's browser blocks it. */
		footfall?: Footfall;
	}
	var footfall: Footfall | undefined;
}

/**
 * Returns a property of the global `footfall`. The name may also be that of an element, or of a frame, which throws
 * when it is of another origin.
 */
export const ofFootfall = <Name extends 'init' | 'q'>(name: Name): Footfall[Name] | undefined =>
	(ownGlobal('footfall') as Footfall | undefined)?.[name];

/** Returns the tracker that runs on the page: not the stub, which has no `init`. */
export const runningTracker = (): Footfall | undefined => ofFootfall('init') && window.footfall;

/** Makes this tracker the page's, so that another script tag or bundle on the page uses it. */
export function publish(run: typeof call): Footfall {
	const tracker = run as Footfall;
	for (const name in api) Object.assign(tracker, { [name]: (...args: never[]) => run(name, ...args) });
	window.footfall = tracker;
	return tracker;
}
