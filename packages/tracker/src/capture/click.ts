import { safely } from '../attempt.js';
import { listen } from '../listeners.js';
import type { RawFields } from '../options.js';
import { signal } from './capture.js';
import { attribute, type Declaring, declaredFields, declaredMap, declaring, unmasked } from './declared.js';
import { linkEvent } from './link.js';

/** Returns the fields of a click on an element that declares it. */
export function clickFields(element: Declaring, path: readonly EventTarget[]): RawFields {
	const dataset = element.dataset;
	const href = attribute(element, 'href');
	return {
		...declaredFields(dataset),
		obj: dataset.ffObj || (href == null ? 'button' : 'url'),
		objId: dataset.ffClick || unmasked(path, href),
		props: declaredMap('data-ff-prop-', element),
	};
}

/** Captures the last click, if it depends on whether a listener of the page prevents what the browser does. */
let pending: (() => void) | undefined;

/** Captures the click that was waiting until the listeners of the page have heard it. */
export const endClick = safely((): void => {
	const capturePending = pending;
	pending = undefined;
	capturePending?.();
});

/**
 * Captures clicks on elements that declare them, and followed links. The nearest declaring element counts, from the
 * clicked one outwards and through open shadow roots. No click is prevented or delayed.
 */
export function watchClicks(): void {
	listen('click auxclick', (event: MouseEvent) => {
		endClick();
		const path = event.composedPath();
		const declared = declaring(path, 'data-ff-click');
		const [name, objId] = linkEvent(path);
		// The middle button follows links and does nothing else: https://w3c.github.io/uievents/#event-type-auxclick
		if (event.button > (!!name as never)) return;
		// A click on a label is repeated on its field, unless a listener prevents it.
		const field = (path.find((target) => (target as Element).localName === 'label') as HTMLLabelElement)
			?.control as Node;
		const isRepeated = declared?.contains(field) && !path.includes(field);
		const captureClick = () => {
			if (declared) signal('click', clickFields(declared, path));
			else if (name) signal(name as 'outbound', { obj: 'url', objId: unmasked(path, objId) });
		};
		if (declared && !isRepeated) captureClick();
		else pending = () => !event.defaultPrevented === !isRepeated && captureClick();
		// If a listener of the page stops the event, the next task captures it.
		setTimeout(endClick);
	});
	// In the bubbling phase, after the listeners of the page.
	listen('click auxclick', endClick, false);
}
