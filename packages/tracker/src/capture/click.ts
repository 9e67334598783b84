import { listen } from '../listeners.js';
import type { RawFields } from '../options.js';
import { signal } from './capture.js';
import { type Declaring, declaredFields, declaredMap, declaring, isMasked } from './declared.js';
import { linkEvent, linkOf } from './link.js';

/** Returns the fields of a click on an element that declares it. */
export function clickFields(element: Declaring, path: readonly EventTarget[]): RawFields {
	const { dataset } = element;
	return {
		...declaredFields(dataset),
		obj: dataset.ffObj || (element.hasAttribute('href') ? 'url' : 'button'),
		objId: dataset.ffClick || (isMasked(path) ? '' : element.getAttribute('href')),
		props: declaredMap('data-ff-prop-', element),
	};
}

/**
 * Captures clicks on elements that declare them, and followed links. The nearest declaring element counts, from the
 * clicked one outwards and through open shadow roots. No click is prevented or delayed.
 */
export const watchClicks = (): void =>
	listen('click auxclick', (event: MouseEvent) => {
		const path = event.composedPath();
		const declared = declaring(path, 'ffClick');
		const link = linkOf(path);
		const name = link && linkEvent(link);
		// The middle button follows links and does nothing else: https://w3c.github.io/uievents/#event-type-auxclick
		if (event.button > Number(!!name)) return;
		if (declared) signal('click', clickFields(declared, path));
		// Without parameters, which may identify the visitor.
		else if (name) signal(name, { obj: 'url', objId: isMasked(path) ? '' : link.origin + link.pathname });
	});
