import type { Messages } from './message.js';

/** The page's listeners. An EventTarget contains what they throw: it is reported as the page's own error, and stops nobody else. */
export function createListeners() {
	const target = new EventTarget();
	return {
		/** @returns a function that ends the listening */
		_add<K extends keyof Messages>(kind: K, listener: (message: Messages[K]) => void): () => void {
			const hear = (event: Event) => listener((event as CustomEvent).detail);
			target.addEventListener(kind, hear);
			return () => target.removeEventListener(kind, hear);
		},
		_tell<K extends keyof Messages>(kind: K, detail: Messages[K]): void {
			target.dispatchEvent(new CustomEvent(kind, { detail }));
		},
	};
}
