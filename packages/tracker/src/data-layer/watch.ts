import { attempt } from '../attempt.js';
import { ofDocument, ownGlobal, page } from '../browser.js';
import { listen } from '../listeners.js';
import type { Capture } from '../second/capture.js';
import { outsideZones } from '../zone.js';
import { ecommerceEvent } from './ecommerce-event.js';
import { layerNames } from './layer-names.js';

/** Maximum number of elements that are read of one push, or of those before it: the last ones. */
const elementsMax = 1_000;

/** Names of the layers that are watched. They stay so after `document.open()`, because the window stays the same. */
const watched: string[] = [];

/** Captures the ecommerce events among the elements of a layer, as they are now. It never throws into the page. */
function readElements(elements: readonly unknown[], capture: Capture): void {
	attempt(() => {
		for (const element of elements.slice(-elementsMax)) {
			const event = ecommerceEvent(element);
			if (event) outsideZones(() => capture(...event));
		}
	});
}

/** Captures what is in a layer, and what will be pushed. */
function readLayer(layer: unknown[], capture: Capture): void {
	const before = [...layer];
	const { push } = layer;
	// It throws where the page has frozen the layer. Google Tag Manager puts a function of its own in this place, before
	// or after this one, and each calls the other.
	attempt(() => {
		layer.push = function (...elements) {
			// Before the other, which may change the elements, or throw.
			readElements(elements, capture);
			return push.apply(this, elements);
		};
	});
	readElements(before, capture);
}

/** Reads the layer of this name, as soon as the page has one. */
function awaitLayer(name: string, capture: Capture): void {
	const value = page[name as never] as unknown;
	if (Array.isArray(ownGlobal(name))) {
		readLayer(value as unknown[], capture);
		return;
	}
	const property = { configurable: true, enumerable: true };
	// It throws where the page has declared the name with `var` and has given it another value.
	attempt(() =>
		Object.defineProperty(page, name, {
			...property,
			get: () => value,
			set(next) {
				Object.defineProperty(page, name, { ...property, writable: true, value: next });
				awaitLayer(name, capture);
			},
		}),
	);
}

function watchLayer(name: string, capture: Capture): void {
	if (watched.includes(name)) return;
	watched.push(name);
	awaitLayer(name, capture);
}

/**
 * Captures the ecommerce events that a page gives to Google's tags in a data layer: those that it has pushed before, in
 * their order, and each later one at once.
 *
 * @param wanted words that the page has named as signals
 */
export function watchLayers(wanted: readonly string[], capture: Capture): void {
	const watch = () => {
		for (const name of layerNames(wanted)) watchLayer(name, capture);
	};
	// A page that is prerendered may never be shown.
	if (ofDocument('prerendering' as never)) listen('prerenderingchange', watch);
	else watch();
}
