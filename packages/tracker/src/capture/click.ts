import type { RawFields } from '../options.js';
import { type Declaring, declaredFields } from './declared.js';

const propPrefix = 'data-ff-prop-';

/**
 * What a click says: of the nearest element with `data-ff-click` from the clicked one outwards, through shadow roots.
 * Undefined when there is none.
 */
export function clickFields(path: readonly EventTarget[]): RawFields | undefined {
	const element = path.find((target): target is Declaring => (target as Declaring).dataset?.ffClick !== undefined);
	if (!element) return undefined;
	const href = element.localName === 'a' && element.getAttribute('href');
	return {
		...declaredFields(element),
		obj: element.dataset.ffObj || (typeof href === 'string' ? 'url' : 'button'),
		objId: element.dataset.ffClick || href || '',
		props: readProps(element),
	};
}

/** `data-ff-prop-colour="blue"` as `{ colour: 'blue' }`. */
function readProps({ attributes }: Element): Record<string, string> {
	const props: Record<string, string> = {};
	for (const { name, value } of attributes) {
		if (name.startsWith(propPrefix)) props[name.slice(propPrefix.length)] = value;
	}
	return props;
}

/** Calls back for every declared click. Links are left alone: nothing is prevented or delayed. */
export function listenForClicks(onClick: (fields: RawFields) => void): void {
	document.addEventListener(
		'click',
		(event) => {
			const fields = clickFields(event.composedPath());
			if (fields) onClick(fields);
		},
		true,
	);
}
