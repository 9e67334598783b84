import type { Messages } from './message.js';
import { prefix } from './store.js';

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
