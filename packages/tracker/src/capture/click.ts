import { listen } from '../listeners.js';
import type { RawFields } from '../options.js';
import { signal } from './capture.js';
import { declaredFields, declaring, isMasked } from './declared.js';
import { linkEvent, linkOf } from './link.js';

const propPrefix = 'data-ff-prop-';

/**
 * What a click says: of the nearest element with `data-ff-click` from the clicked one outwards, through shadow roots.
 * Undefined when there is none.
 */
export function clickFields(path: readonly EventTarget[]): RawFields | undefined {
	const element = declaring(path, 'ffClick');
	if (!element) return undefined;
	const { dataset } = element;
	const href = element.localName === 'a' ? element.getAttribute('href') : null;
	return {
		...declaredFields(dataset),
		obj: dataset.ffObj || (href === null ? 'button' : 'url'),
		objId: dataset.ffClick || (!isMasked(path) && href) || '',
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

/** Captures declared clicks, and followed links. They are left alone: nothing is prevented or delayed. */
export const watchClicks = (): void =>
	listen('click auxclick', (event: MouseEvent) => {
		const path = event.composedPath();
		const declared = clickFields(path);
		const link = linkOf(path);
		const name = link && linkEvent(link);
		// The middle button follows links, and does nothing else.
		if (event.button > (name ? 1 : 0)) return;
		if (declared) signal('click', declared);
		// Without parameters, which may say who follows it.
		else if (name) signal(name, { obj: 'url', objId: isMasked(path) ? '' : link.origin + link.pathname });
	});
