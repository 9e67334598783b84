import { attempt } from '../attempt.js';
import { ofDocument } from '../browser.js';
import type { RawFields } from '../options.js';

/** An element that can have `data-ff-*` attributes. */
export type Declaring = HTMLElement | SVGElement;

/** Returns the product, amount and currency that the attributes of an element declare. */
export const declaredFields = (dataset: DOMStringMap): RawFields => ({
	productId: dataset.ffProductId,
	amount: dataset.ffAmount,
	currency: dataset.ffCurrency,
});

/**
 * Returns an attribute of an element; `undefined` for what is no element. Fields hide properties and functions of their
 * form, such as `dataset`: https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem
 */
export const attribute = (target: EventTarget | undefined, name: string): string | null | undefined =>
	attempt(() => Element.prototype.getAttribute.call(target as Element, name));

/** Returns the innermost element of a path that has an attribute of the tracker. */
export const declaring = (path: readonly EventTarget[], name: string) =>
	path.find((target): target is Declaring => attribute(target, name) != null);

/** Returns the attributes with a prefix: `{ colour: 'blue' }` for `data-ff-prop-colour="blue"` and `data-ff-prop-`. */
export function declaredMap(prefix: string, element?: Element | null): Record<string, string> {
	const map: Record<string, string> = {};
	// A field named `attributes` hides this property of its form:
	// https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem
	attempt(() => {
		for (const { name, value } of (element as Element).attributes) {
			if (name.startsWith(prefix)) map[name.slice(prefix.length)] = value;
		}
	});
	return map;
}

/** Returns the element that describes the page, mostly the body. */
export const pageElement = () =>
	(ofDocument('querySelector') as Document['querySelector']).call(document, '[data-ff-page]') as HTMLElement | null;

/** Returns a text, or the empty text where the site has masked an element of the path. */
export const unmasked = (path: readonly EventTarget[], text: string | null | undefined) =>
	declaring(path, 'data-ff-mask') ? '' : text;
