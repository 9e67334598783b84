/**
 * Returns a property of the window, or `undefined` where only an element has this name. Elements with a `name` or `id`
 * are properties of a prototype of the window, and never its own:
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#named-access-on-the-window-object
 */
export const ownGlobal = (name: string): unknown =>
	(Object as unknown as { hasOwn(object: object, name: string): boolean }).hasOwn(window, name) &&
	window[name as never];

/**
 * Returns a property of the document, read from the prototype. Elements hide properties of their name, so that a page
 * in which others may write would decide what the tracker reads:
 * https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem
 *
 * @noinline Closure would repeat the code at every call, which takes 15 bytes more.
 */
export const ofDocument = <Name extends keyof Document>(name: Name): Document[Name] =>
	Reflect.get(Document.prototype, name, document);

/** Milliseconds since the page was opened, on a clock that nobody sets; 0 where the page has replaced `performance`. */
export const elapsedMs = (): number => (performance as Partial<Performance>).now?.() || 0;

/**
 * The window, whose properties a page hides less often than global variables: `const history = []` hides only the
 * variable.
 */
export const page: typeof window = globalThis as never;
