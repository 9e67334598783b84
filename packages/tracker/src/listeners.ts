import { attempt, safely } from './attempt.js';
import type { Messages } from './message.js';
import { prefix } from './store.js';

/**
 * Listens to events of the page. The listener is on the window and in the capture phase, because elements with the
 * names of methods hide the methods of the document
 * (https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem), and the page's listeners may stop events.
 * An error of the listener becomes one line on the console.
 *
 * @param names names of events, separated by spaces
 * @param isFirst whether the listener is in the capture phase; otherwise it is called after the listeners of the page
 */
export function listen<Seen extends Event>(names: string, listener: (event: Seen) => void, isFirst = true): void {
	for (const name of names.split(' ')) addEventListener(name, safely(listener) as (event: Event) => void, isFirst);
}

/**
 * Listens to messages of the tracker. Messages are events of the window, which contains the errors of listeners: they
 * are reported as errors of the page, and stop no other listener.
 *
 * @param options of the window's `addEventListener`: a `signal` removes the listener, `once` removes it after the first
 *   message
 */
export function on<K extends keyof Messages>(
	kind: K,
	listener: (message: Messages[K]) => void,
	options?: AddEventListenerOptions,
): void {
	addEventListener(prefix + kind, (event) => listener((event as CustomEvent).detail), options);
}

/** Sends a message of the tracker to its listeners. */
export function emit<K extends keyof Messages>(kind: K, detail?: Messages[K]): void {
	// A page may have a class of this name.
	attempt(() => dispatchEvent(new CustomEvent(prefix + kind, { detail })));
}
