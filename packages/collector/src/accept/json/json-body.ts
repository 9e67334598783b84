import { limits, type Rejection } from '@footfall/protocol';
import type { Fault } from './json-event.js';

/** One item of a list, parsed; `value` is `undefined` for a line that is not JSON. */
export interface Item {
	/** Line number in an NDJSON body, from 1, blank lines included; `undefined` in an array. */
	line: number | undefined;
	value: unknown;
}

/**
 * The parsed content of a body, not validated; or the reason why it is refused as a whole, and the number of texts that
 * were parsed by then.
 */
export type Body =
	| { kind: 'one'; value: unknown }
	| { kind: 'list'; items: Item[] }
	| { kind: 'refused'; reason: Rejection; fault: Fault; parsed: number };

const decoder = new TextDecoder('utf-8', { fatal: true });
const ndjsonTypes = /^application\/(x-)?(ndjson|jsonl|jsonlines)\b/i;

/**
 * Parses one JSON value, an array, or NDJSON (one value per line). A body is NDJSON if its content type says so, or if
 * it is not one JSON value and does not begin like an array: the lines of a truncated array must not be accepted one by
 * one. Never throws.
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
		if (!Array.isArray(value)) return { kind: 'one', value };
		if (value.length > limits.jsonEventsMax) return tooMany();
		return listOf(value.map((each) => ({ line: undefined, value: each })));
	} catch {
		return body.trim().includes('\n') && !/^\s*\[/.test(body) ? readLines(body) : notJson();
	}
}

function readLines(body: string): Body {
	const lines = linesOf(body);
	if (lines === undefined) return tooMany();
	const items = parsedLines(lines);
	// If no line is JSON, the body is not meant as NDJSON.
	return items.some((item) => item.value !== undefined) ? listOf(items) : notJson(items.length);
}

/** A line of NDJSON that is not blank. */
interface Line {
	/** Line number, from 1, blank lines included. */
	line: number;
	text: string;
}

/** Splits a body into lines; `undefined` if there are too many, before any of them is parsed. */
function linesOf(body: string): Line[] | undefined {
	const lines: Line[] = [];
	for (let line = 1, start = 0; start <= body.length; line++) {
		const newline = body.indexOf('\n', start);
		const end = newline === -1 ? body.length : newline;
		const text = body.slice(start, end);
		start = end + 1;
		if (text.trim() !== '') lines.push({ line, text });
		if (lines.length > limits.jsonEventsMax) return undefined;
	}
	return lines;
}

function parsedLines(lines: readonly Line[]): Item[] {
	const { stackTraceLimit } = Error;
	// Lines that are not JSON are expected here. Recording a stack trace for each would take longer than parsing a
	// valid line.
	Error.stackTraceLimit = 0;
	try {
		return lines.map(({ line, text }) => ({ line, value: parsed(text) }));
	} finally {
		Error.stackTraceLimit = stackTraceLimit;
	}
}

/** JSON has no `undefined`, so this value means that the text is not JSON. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function listOf(items: Item[]): Body {
	if (items.length === 0) return refuse('invalid', 'the body contains no event');
	return { kind: 'list', items };
}

function tooMany(): Body {
	return refuse('limit-exceeded', `at most ${limits.jsonEventsMax} events are allowed in a body`);
}

function notJson(parsed = 1): Body {
	return refuse('malformed', 'the body is not JSON', parsed);
}

function refuse(reason: Rejection, message: string, parsed = 1): Body {
	return { kind: 'refused', reason, fault: { field: '', message }, parsed };
}
