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
 * @returns a function that ends the listening
 */
export function on<K extends keyof Messages>(kind: K, listener: (message: Messages[K]) => void): () => void {
	const hear = (event: Event) => listener((event as CustomEvent).detail);
	addEventListener(prefix + kind, hear);
	return () => removeEventListener(prefix + kind, hear);
}

export function tell<K extends keyof Messages>(kind: K, detail: Messages[K]): void {
	dispatchEvent(new CustomEvent(prefix + kind, { detail }));
}
