/** Decodes runs of escapes that are valid UTF-8, as an address of a browser has them. Pure. */
const decoded = (text: string) =>
	text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
		try {
			return decodeURIComponent(escapes);
		} catch {
			return escapes;
		}
	});

/** Whether a text that a list shows has a search in it, in any case and any form of its percent-encoding. Pure. */
export function isFoundIn(shown: string, search: string): boolean {
	const text = shown.toLowerCase();
	return [search, decoded(search)].some((form) => text.includes(form.toLowerCase()));
}
