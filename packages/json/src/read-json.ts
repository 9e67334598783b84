import { blankComments } from './blank-comments.js';
import { type JsonFault, type JsonNode, type JsonOptions, type JsonPlace, placeAt, scanJson } from './scan-json.js';

/** The value of a JSON file, and the places of what is in it. */
export interface ReadJson {
	ok: true;
	value: unknown;
	/**
	 * The place of a value by the keys and indexes that lead to it; if there is no such value, that of the last value on
	 * the way.
	 */
	placeOf(path: readonly PropertyKey[]): JsonPlace;
	/** The place of the key that is last in a path, or as `placeOf`. */
	placeOfKey(path: readonly PropertyKey[]): JsonPlace;
}

/**
 * Reads a JSON file that people write: with comments, and with the byte order mark that some editors put at its start,
 * which is not part of the first column. Pure.
 */
export function readJson(text: string, options: JsonOptions = {}): ReadJson | { ok: false; fault: JsonFault } {
	const json = blankComments(text.replace(/^\uFEFF/, ''));
	const scanned = scanJson(json, options);
	if (!scanned.ok) return scanned;
	const { node } = scanned;
	return {
		ok: true,
		value: node.value,
		placeOf: (path) => placeAt(json, follow(node, path).node.at),
		placeOfKey: (path) => placeAt(json, follow(node, path).keyAt),
	};
}

/** Follows a path as far as it leads. */
function follow(from: JsonNode, path: readonly PropertyKey[]): { node: JsonNode; keyAt: number } {
	let node = from;
	let keyAt = node.at;
	for (const step of path) {
		const member = typeof step === 'string' ? node.members?.get(step) : undefined;
		const next = member?.node ?? (typeof step === 'number' ? node.items?.[step] : undefined);
		if (next === undefined) return { node, keyAt: node.at };
		node = next;
		keyAt = member?.keyAt ?? next.at;
	}
	return { node, keyAt };
}
