/** A page or an action that views of paths start from. */
export interface Step {
	/** A page view, of which `name` is the path; otherwise an event. */
	isPage: boolean;
	/** Path of the page, or name of the event in the mart `sessions`. */
	name: string;
}

const prefixes = { page: 'page:', event: 'event:' } as const;

/** A step as it is in addresses: `page:/cart`, `event:add_to_cart`. Pure. */
export const stepText = ({ isPage, name }: Step): string => `${isPage ? prefixes.page : prefixes.event}${name}`;

/** Reads a step from an address. Pure. @returns undefined for any other text */
export function readStep(text: string): Step | undefined {
	const kind = (['page', 'event'] as const).find((each) => text.startsWith(prefixes[each]));
	return kind === undefined ? undefined : { isPage: kind === 'page', name: text.slice(prefixes[kind].length) };
}
