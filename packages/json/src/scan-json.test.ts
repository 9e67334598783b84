import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from './scan-json.js';

const faultOf = (text: string) => {
	const scanned = scanJson(text);
	return scanned.ok ? undefined : scanned.fault;
};

describe('scanJson', () => {
	it.each([
		['{"port": 1,\n "host": x}', 2, 10, /^unexpected "x"; JSON has/],
		['{"port": 1,}', 1, 12, /^unexpected "}"; .* no comma before/],
		['// a comment\n{}', 1, 1, /^unexpected "\/"; JSON has no comma before/],
		['{"port": 1', 1, 11, /^the JSON ends unexpectedly$/],
		['', 1, 1, /^the JSON ends unexpectedly$/],
		['{"a": "x\n"}', 1, 9, /^unexpected "\\n"; JSON has/],
		['{} {}', 1, 4, /^unexpected "{"; JSON has/],
		['{"a": 01}', 1, 8, /^unexpected "1"; JSON has/],
		["{'a': 1}", 1, 2, /^unexpected "'"; JSON has/],
		['{"a": 1,\r\n\t"\\u0061": 2}', 2, 2, /^duplicate key "a"$/],
		['{"a": {"b": 1, "b": 2}}', 1, 16, /^duplicate key "b"$/],
		['['.repeat(10_000), 1, 102, /^values are nested more than 100 levels deep$/],
	])('reports the place and the reason of the fault in %j', (text, line, column, reason) => {
		expect(faultOf(text)).toEqual({ line, column, reason: expect.stringMatching(reason) });
	});

	it('does not quote the text around the fault', () => {
		expect(JSON.stringify(faultOf('{"clickhouse-url": "http://u:sesame@h" x'))).not.toContain('sesame');
	});

	it('accepts the same key in two objects', () => {
		expect(faultOf('[{"a": 1}, {"a": {"a": 2}}]')).toBeUndefined();
	});

	it.each([
		['{"a": [1, 2,], "b": {"c": 3,},}', { a: [1, 2], b: { c: 3 } }],
		['{"__proto__": 1,}', JSON.parse('{"__proto__": 1}')],
	])('accepts the trailing commas of %j where they are allowed', (text, value) => {
		const scanned = scanJson(text, { trailingCommas: true });
		expect(scanned.ok && Object.entries(scanned.node.value as object)).toEqual(Object.entries(value));
		expect(scanJson(text).ok).toBe(false);
	});

	it.each(['{,}', '[,]', '[1,,]', '{"a": 1,,}', '{"a":,}', '[1'])('refuses %j even so', (text) => {
		expect(scanJson(text, { trailingCommas: true })).toMatchObject({ ok: false });
	});

	it('accepts exactly the texts that JSON.parse accepts', () => {
		const alphabet = [...'{}[]:,"\\ \n019-+.eEu', 'true', 'null', '"a"', '\\u00e9', '😀', '\ud800', '\u0001', '\u2028'];
		const damaged = fc
			.tuple(fc.json(), fc.nat(), fc.nat({ max: 3 }), fc.constantFrom('', ...alphabet))
			.map(([text, at, gone, put]) => {
				const start = at % (text.length + 1);
				return text.slice(0, start) + put + text.slice(start + gone);
			});
		const pieces = fc.array(fc.constantFrom(...alphabet), { maxLength: 8 }).map((parts) => parts.join(''));
		fc.assert(
			fc.property(fc.oneof(damaged, pieces), (text) => {
				const scanned = scanJson(text);
				if (!scanned.ok && scanned.fault.reason.startsWith('duplicate key')) return;
				expect(scanned.ok).toBe(isJson(text));
				if (scanned.ok) expect(scanned.node.value).toEqual(JSON.parse(text));
			}),
			{ numRuns: 3_000 },
		);
	});
});

function isJson(text: string): boolean {
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}
