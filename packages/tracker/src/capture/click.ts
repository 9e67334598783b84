import { listen } from '../listeners.js';
import type { RawFields } from '../options.js';
import { signal } from './capture.js';
import { type Declaring, declaredFields, declaredMap, declaring, isMasked } from './declared.js';
import { linkEvent, linkOf } from './link.js';

/** What a click on a declared element says. */
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
 * Captures clicks on declared elements, the nearest from the clicked one outwards, through shadow roots, and followed links.
 * They are left alone: nothing is prevented or delayed.
 */
export const watchClicks = (): void =>
	listen('click auxclick', (event: MouseEvent) => {
		const path = event.composedPath();
		const declared = declaring(path, 'ffClick');
		const link = linkOf(path);
		const name = link && linkEvent(link);
		// The middle button follows links, and does nothing else.
		if (event.button > Number(!!name)) return;
		if (declared) signal('click', clickFields(declared, path));
		// Without parameters, which may say who follows it.
		else if (name) signal(name, { obj: 'url', objId: isMasked(path) ? '' : link.origin + link.pathname });
	});
