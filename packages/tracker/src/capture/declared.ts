import { attempt } from '../attempt.js';
import type { RawFields } from '../options.js';

/** Elements that can carry `data-ff-*`. */
export type Declaring = HTMLElement | SVGElement;

/** What the attributes for products and amounts say, on whichever element they are. */
export const declaredFields = (dataset: DOMStringMap): RawFields => ({
	productId: dataset.ffProductId,
	amount: dataset.ffAmount,
	currency: dataset.ffCurrency,
});

/** The nearest element of a path, from the inside outwards, that carries an attribute of ours. */
export const declaring = (path: readonly EventTarget[], attribute: string) =>
	path.find((target): target is Declaring => (target as Declaring).dataset?.[attribute] !== undefined);

/** What attributes like `data-ff-prop-colour="blue"` say, for the prefix `data-ff-prop-` as `{ colour: 'blue' }`. */
export function declaredMap(prefix: string, element?: Element | null): Record<string, string> {
	const map: Record<string, string> = {};
	// A field of a form may have the name of what we ask it for.
	attempt(() => {
		for (const { name, value } of (element as Element).attributes) {
			if (name.startsWith(prefix)) map[name.slice(prefix.length)] = value;
		}
	});
	return map;
}

/** The element that speaks for the page, mostly the body. */
export const pageElement = () => attempt(() => document.querySelector<HTMLElement>('[data-ff-page]'));

/** Whether the site has asked to leave out what is in there. */
export const isMasked = (path: readonly EventTarget[]) => !!declaring(path, 'ffMask');
