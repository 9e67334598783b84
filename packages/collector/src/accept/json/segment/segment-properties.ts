import { limits } from '@footfall/protocol';

/**
 * Returns properties as text: numbers and booleans as such, lists and objects as JSON. What is longer than a property
 * may be is cut, and what is beyond the number of properties is left out. Pure.
 */
export function propsOf(properties: Record<string, unknown>): Record<string, string> {
	const isStorable = ([name, value]: [string, unknown]) =>
		value !== null && name !== '__proto__' && Buffer.byteLength(name) <= limits.mapKeyBytesMax;
	const given = Object.entries(properties).filter(isStorable).slice(0, limits.mapEntriesMax);
	return Object.fromEntries(given.map(([name, value]) => [name, valueText(value)]));
}

function valueText(value: unknown): string {
	return cutText(typeof value === 'object' ? JSON.stringify(value) : String(value), limits.mapValueBytesMax);
}

/** The beginning of a text with at most a number of bytes of UTF-8, without half a character at the end. Pure. */
export function cutText(text: string, bytesMax: number): string {
	if (text.length * 3 <= bytesMax) return text;
	const bytes = Buffer.from(text);
	if (bytes.length <= bytesMax) return text;
	return bytes
		.subarray(0, bytesMax)
		.toString()
		.replace(/\ufffd+$/, '');
}
