import type { RawFields } from '../options.js';
import { declaredFields } from './declared.js';

/** What the page says of itself: on the first element with `data-ff-page`, mostly the body. */
export function viewFields(): RawFields {
	const page = document.querySelector<HTMLElement>('[data-ff-page]');
	return { ...(page && declaredFields(page)), obj: 'page', objId: page?.dataset.ffPage };
}

/** Calls back once, when the page's elements are there and it is really looked at, not only prepared by the browser. */
export function listenForView(onView: () => void): void {
	if ((document as { prerendering?: boolean }).prerendering) {
		document.addEventListener('prerenderingchange', () => listenForView(onView), { once: true });
	} else if (document.readyState === 'loading') {
		document.addEventListener('DOMContentLoaded', onView, { once: true });
	} else {
		onView();
	}
}
