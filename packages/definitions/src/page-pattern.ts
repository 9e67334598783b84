import { wellFormed } from './comparable.js';

/** Whether a pattern is a path. Pure. */
export const isExactPath = (pattern: string): boolean => !pattern.includes('*');

/** A pattern of paths as a regular expression of JavaScript. Pure. */
export const patternExpression = (pattern: string): RegExp =>
	new RegExp(
		expressionOf(pattern, (code) => `\\u{${code}}`),
		'u',
	);

/** A pattern of paths as a regular expression of RE2, which ClickHouse has. Pure. */
export const patternRe2 = (pattern: string): string => expressionOf(pattern, (code) => `\\x{${code}}`);

/** @param escapedCharacter the character of a code point, given in hexadecimal digits */
function expressionOf(pattern: string, escapedCharacter: (code: string) => string): string {
	const parts = wellFormed(pattern).match(/\*+|[^*]/gu) ?? [];
	const expressions = parts.map((part) => {
		if (part === '*') return '[^/]*';
		if (part.startsWith('*')) return '[\\s\\S]*';
		return /[\w/]/.test(part) ? part : escapedCharacter((part.codePointAt(0) as number).toString(16));
	});
	return `^${expressions.join('')}$`;
}
