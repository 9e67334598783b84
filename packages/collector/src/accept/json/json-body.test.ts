import { limits } from '@footfall/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readBody } from './json-body.js';

const ndjson = (text: string) => readBody(Buffer.from(text), 'application/x-ndjson');

afterEach(() => {
	vi.restoreAllMocks();
});

describe('lines of JSON', () => {
	it('too many lines are refused before any of them is parsed', () => {
		const parse = vi.spyOn(JSON, 'parse');
		const { kind } = ndjson('x\n'.repeat(limits.jsonEventsMax + 1));
		expect(kind).toBe('refused');
		expect(parse).not.toHaveBeenCalled();
	});

	it('lines of a body without JSON are counted, except blank ones', () => {
		expect(ndjson('x\n\n \n'.repeat(9))).toMatchObject({ kind: 'refused', reason: 'malformed', parsed: 9 });
	});

	it('line numbers include blank lines', () => {
		const read = ndjson('\n1\n \nx\n2');
		expect(read).toEqual({
			kind: 'list',
			items: [
				{ line: 2, value: 1 },
				{ line: 4, value: undefined },
				{ line: 5, value: 2 },
			],
		});
	});
});
