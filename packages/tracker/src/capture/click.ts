import { safely } from '../attempt.js';
import type { RawFields } from '../options.js';
import { signal } from './capture.js';
import { declaredFields, declaring, isMasked } from './declared.js';
import { linkEvent } from './link.js';

const propPrefix = 'data-ff-prop-';

/**
 * What a click says: of the nearest element with `data-ff-click` from the clicked one outwards, through shadow roots.
 * Undefined when there is none.
 */
export function clickFields(path: readonly EventTarget[]): RawFields | undefined {
	const element = declaring(path, 'ffClick');
	if (!element) return undefined;
	const href = element.localName === 'a' && element.getAttribute('href');
	return {
		...declaredFields(element),
		obj: element.dataset.ffObj || (typeof href === 'string' ? 'url' : 'button'),
		objId: element.dataset.ffClick || (!isMasked(path) && href) || '',
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
export function watchClicks(): void {
	const see = safely((event: MouseEvent) => {
		const path = event.composedPath();
		const declared = clickFields(path);
		const link = linkEvent(path);
		// The middle button follows links, and does nothing else.
		if (event.button > (link ? 1 : 0)) return;
		if (declared) signal('click', declared);
		else if (link) signal(link[0], { obj: 'url', objId: link[1] });
	});
	// On the window: fields and pictures with clever names hide what the document can do.
	for (const name of ['click', 'auxclick'] as const) addEventListener(name, see, true);
}
