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

export const firstDataset = (selector: string): DOMStringMap =>
	attempt(() => document.querySelector<HTMLElement>(selector))?.dataset ?? {};

/** Whether the site has asked to leave out what is in there. */
export const isMasked = (path: readonly EventTarget[]) => !!declaring(path, 'ffMask');
