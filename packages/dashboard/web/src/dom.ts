type Child = Node | string | undefined | false | null;

/** Attributes and listeners of an element. `false` and `undefined` leave an attribute out, `true` sets it empty. */
type Properties = Record<string, string | number | boolean | undefined | ((event: never) => void)>;

/**
 * Creates an element. Children that are text never become markup, since visitors may have sent them.
 *
 * @param tag name and classes, separated by dots: `div.card.wide`
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag | `${Tag}.${string}`,
	properties: Properties = {},
	...children: Child[]
): HTMLElementTagNameMap[Tag] {
	const [name, ...classes] = tag.split('.') as [Tag, ...string[]];
	const element = document.createElement(name);
	if (classes.length > 0) element.className = classes.join(' ');
	for (const [key, value] of Object.entries(properties)) {
		if (typeof value === 'function') element.addEventListener(key, value as (event: Event) => void);
		else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : String(value));
	}
	element.append(...children.filter((child) => child !== undefined && child !== false && child !== null));
	return element;
}

/** Finds an element of the page's HTML. */
export function byId(id: string): HTMLElement {
	const element = document.getElementById(id);
	if (!element) throw new Error(`the page has no element #${id}`);
	return element;
}
