import { safely } from './attempt.js';
import type { Messages } from './message.js';
import { prefix } from './store.js';

/**
 * Listens to what happens in the page. On the window and before everybody else, since fields and pictures with clever names
 * hide what the document can do, and listeners stop events. Nothing is thrown into the page.
 *
 * @param names of events, separated by spaces
 */
export function listen<Seen extends Event>(names: string, see: (event: Seen) => void): void {
	for (const name of names.split(' ')) addEventListener(name, safely(see) as (event: Event) => void, true);
}

/**
 * Listens to what the tracker does. Messages are events of the window, which contains what listeners throw: it is
 * reported as the page's own error, and stops nobody else.
 *
 * @param options of the window's `addEventListener`: a `signal` ends the listening, `once` ends it after the first message
 */
export function on<K extends keyof Messages>(
	kind: K,
	listener: (message: Messages[K]) => void,
	options?: AddEventListenerOptions,
): void {
	addEventListener(prefix + kind, (event) => listener((event as CustomEvent).detail), options);
}

export function tell<K extends keyof Messages>(kind: K, detail: Messages[K]): void {
	dispatchEvent(new CustomEvent(prefix + kind, { detail }));
}
