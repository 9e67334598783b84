import { limits, type Rejection } from '@footfall/protocol';
import type { Fault } from './json-event.js';

/** One item of a list, as JSON; `undefined` for a line that is none. */
export interface Item {
	/** Line of an NDJSON body, from 1, blank ones counted; `undefined` in an array. */
	line: number | undefined;
	value: unknown;
}

/** What a body holds, nothing of it checked, or why it is refused as a whole. */
export type Body =
	| { kind: 'one'; value: unknown }
	| { kind: 'list'; items: Item[] }
	| { kind: 'refused'; reason: Rejection; fault: Fault };

const decoder = new TextDecoder('utf-8', { fatal: true });
const ndjsonTypes = /^application\/(x-)?(ndjson|jsonl|jsonlines)\b/i;

/**
 * Reads one JSON value, an array, or NDJSON (one value a line). NDJSON is what says so in its content type, and what is
 * neither one JSON value nor begins like an array: whoever cuts an array in two must not have its lines taken one by one.
 * Never throws.
 */
export function readBody(bytes: Uint8Array, contentType: string): Body {
	let body: string;
	try {
		body = decoder.decode(bytes);
	} catch {
		return refuse('malformed', 'the body is not UTF-8');
	}
	if (ndjsonTypes.test(contentType)) return readLines(body);
	try {
		const value: unknown = JSON.parse(body);
		return Array.isArray(value)
			? listOf(value.map((each) => ({ line: undefined, value: each })))
			: { kind: 'one', value };
	} catch {
		return body.trim().includes('\n') && !/^\s*\[/.test(body) ? readLines(body) : notJson();
	}
}

function readLines(body: string): Body {
	const items: Item[] = [];
	for (const [index, text] of body.split('\n').entries()) {
		if (text.trim() !== '') items.push({ line: index + 1, value: parsed(text) });
		if (items.length > limits.jsonEventsMax) break;
	}
	// Where no line is JSON, the sender meant something else.
	return items.some((item) => item.value !== undefined) ? listOf(items) : notJson();
}

/** JSON knows no `undefined`, so that stands for what is not JSON. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function listOf(items: Item[]): Body {
	if (items.length === 0) return refuse('invalid', 'there is no event');
	if (items.length <= limits.jsonEventsMax) return { kind: 'list', items };
	return refuse('limit-exceeded', `at most ${limits.jsonEventsMax} events are allowed in a body`);
}

function notJson(): Body {
	return refuse('malformed', 'the body is not JSON');
}

function refuse(reason: Rejection, message: string): Body {
	return { kind: 'refused', reason, fault: { field: '', message } };
}
