import { type ContentCoding, contentCodings } from '@footfall/protocol';

/** How the bytes of a body are encoded. */
export type BodyCoding = ContentCoding | 'identity';

/** The codings by their names in `Content-Encoding`; RFC 9110 asks to treat `x-gzip` as `gzip`. */
const codings: ReadonlyMap<string, ContentCoding> = new Map([
	...contentCodings.map((coding) => [coding, coding] as const),
	['x-gzip', 'gzip'],
]);

/**
 * Parses the value of `Content-Encoding`; several lines are joined by commas. Names may be in any case, and `identity`
 * and empty elements mean nothing.
 *
 * @returns `undefined` for a coding that is not read, and for several codings, one applied after the other
 */
export function bodyCoding(contentEncoding: string): BodyCoding | undefined {
	if (contentEncoding === '') return 'identity';
	const names = contentEncoding.toLowerCase().split(',');
	const [first, ...others] = names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
	if (first === undefined) return 'identity';
	return others.length === 0 ? codings.get(first) : undefined;
}
