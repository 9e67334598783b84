import type { Messages } from './message.js';
import type { EventFields, TrackerOptions } from './options.js';
import { startTracker, type Tracker } from './tracker.js';

export type { BatchAck, CapturedEvent, Messages, TrackerError } from './message.js';
export type { EventFields, TrackerOptions } from './options.js';

let tracker: Tracker | undefined;

/** Starts the tracker. Calling it again, or on a server, does nothing. */
export function init(options: TrackerOptions): void {
	if (typeof document !== 'undefined') tracker ??= startTracker(options);
}

/** Captures a view of the page as it is now. The first one is captured by `init`. */
export function page(): void {
	tracker?.page();
}

/** Captures an event of the site's own. Before `init` it does nothing. */
export function track(name: string, fields?: EventFields): void {
	tracker?.track(name, fields);
}

/** Says who the visitor is, from now on and on later pages; an empty id makes them anonymous again. */
export function identify(userId: string): void {
	tracker?.identify(userId);
}

/** Sends what is captured now; resolves when all of it is acknowledged or given up, at the latest after 10 seconds. */
export async function flush(): Promise<void> {
	await tracker?.flush();
}

/** Listens to what the tracker does. @returns a function that ends the listening */
export function on<K extends keyof Messages>(kind: K, listener: (message: Messages[K]) => void): () => void {
	return tracker?.on(kind, listener) ?? (() => undefined);
}
