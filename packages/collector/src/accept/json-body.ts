import type { Rejection } from '@footfall/protocol';
import { limits } from '@footfall/protocol';
import type { z } from 'zod';
import { type JsonEvent, jsonEvent } from './json-event.js';

/** One fault of a body. */
export interface Fault {
	/** Where: `user_id`, `[3].exp.cart_style`; empty for the body itself. */
	field: string;
	/** What is wrong there; holds no content of the body. */
	message: string;
}

/** The events of a body, or why it is refused as a whole. */
export type ParsedBody = { ok: true; events: JsonEvent[] } | { ok: false; reason: Rejection; faults: Fault[] };

/** A body tells of its first faults only. */
const faultsMax = 20;

/** Reads one event, an array of events, or NDJSON (one event a line). Never throws. */
export function parseBody(bytes: Uint8Array): ParsedBody {
	const read = readJson(bytes);
	if (!read.ok) return refuse('malformed', [read.fault]);
	const { value } = read;
	const many = Array.isArray(value);
	const items: unknown[] = many ? value : [value];
	if (items.length === 0) return refuse('invalid', [{ field: '', message: 'there is no event' }]);
	if (items.length > limits.jsonEventsMax) {
		const message = `${items.length} events, at most ${limits.jsonEventsMax} are allowed`;
		return refuse('limit-exceeded', [{ field: '', message }]);
	}
	return checkEvents(items, many);
}

function checkEvents(items: readonly unknown[], many: boolean): ParsedBody {
	const events: JsonEvent[] = [];
	const faults: Fault[] = [];
	for (const [index, item] of items.entries()) {
		const checked = jsonEvent.safeParse(item);
		if (checked.success) events.push(checked.data);
		else faults.push(...checked.error.issues.map((issue) => faultOf(issue, many ? `[${index}]` : '')));
		if (faults.length >= faultsMax) break;
	}
	return faults.length > 0 ? refuse('invalid', faults.slice(0, faultsMax)) : { ok: true, events };
}

type Read = { ok: true; value: unknown } | { ok: false; fault: Fault };

function readJson(bytes: Uint8Array): Read {
	let body: string;
	try {
		body = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return { ok: false, fault: { field: '', message: 'the body is not UTF-8' } };
	}
	try {
		return { ok: true, value: JSON.parse(body) };
	} catch {
		return body.trim().includes('\n') ? readLines(body) : notJson('');
	}
}

function readLines(body: string): Read {
	const values: unknown[] = [];
	for (const [index, line] of body.split('\n').entries()) {
		if (line.trim() === '') continue;
		try {
			values.push(JSON.parse(line));
		} catch {
			return notJson(` in line ${index + 1}`);
		}
	}
	return { ok: true, value: values };
}

function notJson(where: string): Read {
	return { ok: false, fault: { field: '', message: `the body is not JSON${where}` } };
}

function refuse(reason: Rejection, faults: Fault[]): ParsedBody {
	return { ok: false, reason, faults };
}

function faultOf(issue: z.core.$ZodIssue, prefix: string): Fault {
	const field = issue.path.reduce<string>((path, key) => {
		if (typeof key === 'number') return `${path}[${key}]`;
		return path === '' ? String(key) : `${path}.${String(key)}`;
	}, prefix);
	return { field, message: issue.message };
}
