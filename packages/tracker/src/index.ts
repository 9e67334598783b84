import type { Track } from './capture/own-event.js';
import { ofFootfall, publish, runningTracker } from './global.js';
import { type api, call } from './tracker.js';

export type { BeforeSend } from './capture/capture.js';
export type { EventName, FieldsOf, Track } from './capture/own-event.js';
export type { Consent } from './consent.js';
export type { Footfall } from './global.js';
export type { BatchAck, Messages, TrackerError } from './message.js';
export type { DraftEvent, EventFields, OrderItem, Signal, TrackerOptions } from './options.js';

/** The tracker of the page, once a function was called. */
let tracker: typeof call | undefined;

/** Makes the tracker of this module the page's. Calls of the stub follow when it has started. */
function start(): typeof call {
	const waiting = ofFootfall('q');
	const calls = Array.isArray(waiting) ? (waiting as Parameters<typeof call>[]) : [];
	return publish((name, ...args) => {
		const result = call(name, ...args);
		if (name === 'init') for (const args of calls.splice(0)) call(...args);
		return result;
	}) as typeof call;
}

/**
 * Calls a function of the page's tracker. If a script tag or another bundle has started one, this is it, so that the
 * page has one tracker.
 */
function callOnPage(name: string, ...args: never[]): unknown {
	tracker ??= (runningTracker() as typeof call | undefined) ?? start();
	return tracker(name, ...args);
}

/** Binds a function of the api. It does nothing on a server, and never throws into the page. */
const inBrowser =
	<Args extends unknown[], Result>(name: keyof typeof api, otherwise?: () => Result) =>
	(...args: Args): Result =>
		((typeof document !== 'undefined' && callOnPage(name, ...(args as unknown[] as never[]))) ||
			otherwise?.()) as Result;

type Api = typeof api;
const bind = <Name extends keyof Api>(name: Name, otherwise?: () => ReturnType<Api[Name]>) =>
	inBrowser<Parameters<Api[Name]>, ReturnType<Api[Name]>>(name, otherwise);

/** Starts the tracker. A second call, or a call on a server, does nothing. */
export const init = bind('init');

/**
 * Captures a view of the page as it is now. The tracker captures the first view, and those of a single-page site,
 * without a call.
 */
export const page = bind('page');

/** Captures an event of the site's own. Before `init` it does nothing. */
export const track = bind('track') as Track;

/**
 * Sets the user id of the visitor, for later events and later pages. An empty id makes the visitor anonymous again.
 * Traits, which are facts about the user, become the properties of an event `identify`.
 */
export const identify = bind('identify');

/** Forgets user, visitor and experiments. Later events belong to a new visitor. */
export const reset = bind('reset');

/** Sets the variant of an experiment that the visitor sees. It goes with every later event of this page. */
export const experiment = bind('experiment');

/** Stores the visitor's choice. `denied` stops the tracker and removes what it has stored. */
export const consent = bind('consent');

/** Returns the visitor's id, for a backend or the metadata of a payment; empty while the visitor is not tracked. */
export const visitor = bind('visitor', () => '');

/** Sets a hook that gets every event before it is captured. See {@link BeforeSend}. */
export const beforeSend = bind('beforeSend');

/** Ends the open batch. Resolves when every batch is acknowledged or dropped, at the latest after 10 seconds. */
export const flush = bind('flush', async () => {});

/** Adds a listener for `ack` or `error` messages of the tracker. A `signal` in the options removes it. */
export const on = bind('on') as Api['on'];
