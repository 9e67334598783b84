import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathMatches, patternRe2 } from './page-pattern.js';

describe('a pattern of paths', () => {
	it.each([
		['/a', ['/a'], ['/a/', '/A', '/ab', '']],
		['/a/*', ['/a/', '/a/b'], ['/a', '/a/b/c', '/a/b/']],
		['/a/**', ['/a/', '/a/b', '/a/b/c'], ['/a', '/ab']],
		['**/a', ['/a', '/b/a', 'x/a'], ['a', '/a/']],
		['/*/x.html', ['/a/x.html', '//x.html'], ['/a/xshtml', '/a/b/x.html']],
		['/**/x/*', ['/a/b/x/c', '/x/x/'], ['/x/c', '/a/x/c/d']],
		['**', ['', '/', '/a\nb'], []],
	])('%s matches %j and not %j', (pattern, yes, no) => {
		expect(yes.filter((path) => !pathMatches(pattern, path))).toEqual([]);
		expect(no.filter((path) => pathMatches(pattern, path))).toEqual([]);
	});

	it('matches as its regular expression does', () => {
		const text = (...parts: string[]) =>
			fc.array(fc.constantFrom(...parts), { maxLength: 9 }).map((list) => list.join(''));
		const pattern = text('/', 'a', '*', '**', '.', '\\', '[', '💣', '\0');
		fc.assert(
			fc.property(pattern, text('/', 'a', 'b', '.', '\\', '💣', '\n', '\0'), (one, path) => {
				const inJavaScript = new RegExp(patternRe2(one).replaceAll('\\x{', '\\u{'), 'u');
				expect(pathMatches(one, path)).toBe(inJavaScript.test(path));
			}),
			{ numRuns: 3_000 },
		);
	});

	it('takes no longer for many asterisks', () => {
		const started = performance.now();
		expect(pathMatches(`${'**a'.repeat(10)}b`, 'a'.repeat(500))).toBe(false);
		expect(performance.now() - started).toBeLessThan(1_000);
	});
});
