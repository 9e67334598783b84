/**
 * Returns a value as JSON. `JSON.stringify` is not enough: a page may have a global `JSON` of its own, and libraries
 * give arrays and strings a `toJSON` that makes other values of them.
 */
export function json(value: unknown): string {
	if (typeof value === 'string') return `"${value.replace(/["\\]|[^ -\uffff]/g, escaped)}"`;
	if (Array.isArray(value)) return `[${value.map(json)}]`;
	if (typeof value === 'object')
		return `{${Object.entries(value as object).map((entry) => entry.map(json).join(':'))}}`;
	return `${value}`;
}

const escaped = (char: string) => `\\u${(char.charCodeAt(0) + 0x10000).toString(16).slice(1)}`;
