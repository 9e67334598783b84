/**
 * A text of the operator, for an error. A URL that was given in the wrong place may contain a password, so a text with
 * a part of a URL is not repeated. Pure.
 */
export function withoutUrl(text: string): string {
	return /@|:\/\//.test(text) ? '***' : text;
}

/** The text of `withoutUrl` in quotation marks. Pure. */
export function quoted(text: string): string {
	return `"${withoutUrl(text)}"`;
}
