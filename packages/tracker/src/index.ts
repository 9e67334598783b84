import { type api, call } from './tracker.js';

export type { BeforeSend } from './capture/capture.js';
export type { Consent } from './consent.js';
export type { BatchAck, Messages, TrackerError } from './message.js';
export type { DraftEvent, EventFields, Signal, TrackerOptions } from './options.js';

/** Nothing happens on a server, and nothing is thrown into a page. */
const inBrowser =
	<Args extends unknown[], Result>(name: keyof typeof api, otherwise?: () => Result) =>
	(...args: Args): Result =>
		((typeof document !== 'undefined' && call(name, ...(args as unknown[] as never[]))) || otherwise?.()) as Result;

type Api = typeof api;
const bind = <Name extends keyof Api>(name: Name, otherwise?: () => ReturnType<Api[Name]>) =>
	inBrowser<Parameters<Api[Name]>, ReturnType<Api[Name]>>(name, otherwise);

/** Starts the tracker. Calling it again, or on a server, does nothing. */
export const init = bind('init');

/** Captures a view of the page as it is now. The first one, and those of a single-page site, are captured by themselves. */
export const page = bind('page');

/** Captures an event of the site's own. Before `init` it does nothing. */
export const track = bind('track');

/**
 * Says who the visitor is, from now on and on later pages; an empty id makes them anonymous again. Traits, what is known of
 * them, are captured as the properties of an event `identify`.
 */
export const identify = bind('identify');

/** Forgets user, visitor and experiments: whoever goes on is somebody else. */
export const reset = bind('reset');

/** Says which variant the visitor sees; goes with every event of this page from now on. */
export const experiment = bind('experiment');

/** The visitor's choice, remembered. `denied` stops everything and removes what was kept. */
export const consent = bind('consent');

/** Shows every event before it is captured: what the hook returns is captured instead, nothing when that is null or when it throws. */
export const beforeSend = bind('beforeSend');

/** Ends the open batch; resolves when all batches are acknowledged or given up, at the latest after 10 seconds. */
export const flush = bind('flush', async () => {});

/** Listens to what the tracker does: `ack` or `error`. A `signal` among the options ends it. */
export const on = bind('on') as Api['on'];
