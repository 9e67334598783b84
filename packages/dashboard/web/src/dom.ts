type Child = Node | string | undefined | false | null;

/** Attributes and listeners of an element. `false` and `undefined` leave an attribute out, `true` sets it empty. */
type Properties = Record<string, string | number | boolean | undefined | ((event: never) => void)>;

/**
 * An element. Text is always text: whatever visitors sent cannot become markup.
 *
 * @param tag name, with classes behind dots: `div.card.wide`
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

/** An element of the page's own HTML. */
export function byId(id: string): HTMLElement {
	const element = document.getElementById(id);
	if (!element) throw new Error(`there is no #${id}`);
	return element;
}
