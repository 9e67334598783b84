import type { RepeatedLines } from '../engine.js';

/** Maximum number of headers of a request. */
const headersMax = 100;

/** The parts of a request's head that are checked. */
export interface Head {
	httpVersion: string;
	/** Names and values alternating, in the order received. */
	rawHeaders: readonly string[];
}

/** A refusal of a request whose head is malformed or too large. */
export interface HeadFault {
	status: number;
	error: string;
}

/** Returns why the head of a request is refused; undefined for a valid one. Pure. */
export function headFault({ httpVersion, rawHeaders }: Head): HeadFault | undefined {
	if (httpVersion !== '1.1') return { status: 505, error: 'Use HTTP/1.1.' };
	if (rawHeaders.length / 2 > headersMax) {
		return { status: 431, error: `A request may have at most ${headersMax} headers.` };
	}
	if (linesOf(rawHeaders, 'host').length !== 1) return { status: 400, error: 'A request needs one Host header.' };
	return undefined;
}

/** The value of the first line of a header, as uWebSockets.js returns it; empty if there is none. */
export function firstLine(rawHeaders: readonly string[], name: string): string {
	for (let at = 0; at < rawHeaders.length; at += 2) {
		if (isNamed(rawHeaders[at] ?? '', name)) return rawHeaders[at + 1] ?? '';
	}
	return '';
}

/** The headers of which all lines matter. */
export function repeatedLines(rawHeaders: readonly string[]): RepeatedLines {
	const joined = (name: string) =>
		linesOf(rawHeaders, name)
			.map((value) => `,${value}`)
			.join('');
	return {
		contentLengths: linesOf(rawHeaders, 'content-length').length,
		transferEncoding: joined('transfer-encoding'),
		forwardedFor: joined('x-forwarded-for'),
		contentEncoding: joined('content-encoding'),
	};
}

/** Whether the head announces a body. */
export function announcesBody(rawHeaders: readonly string[]): boolean {
	return firstLine(rawHeaders, 'transfer-encoding') !== '' || Number(firstLine(rawHeaders, 'content-length')) > 0;
}

function linesOf(rawHeaders: readonly string[], name: string): string[] {
	return rawHeaders.filter((_, at) => at % 2 === 1 && isNamed(rawHeaders[at - 1] ?? '', name));
}

/** @param name in lower case */
function isNamed(given: string, name: string): boolean {
	return given.length === name.length && given.toLowerCase() === name;
}
