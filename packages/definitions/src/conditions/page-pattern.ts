import { wellFormed } from './comparable.js';

/** Whether a pattern is a path. Pure. */
export const isExactPath = (pattern: string): boolean => !pattern.includes('*');

/** The pieces of a pattern: `*`, `**` or more, or one other character. */
const piecesOf = (pattern: string) => wellFormed(pattern).match(/\*+|[^*]/gu) ?? [];

/**
 * A pattern of paths as a regular expression of RE2, which ClickHouse has. `*` stands for any characters but a slash,
 * and `**` for any characters. Pure.
 */
export function patternRe2(pattern: string): string {
	const expressions = piecesOf(pattern).map((piece) => {
		if (piece === '*') return '[^/]*';
		if (piece.startsWith('*')) return '[\\s\\S]*';
		return /[\w/]/.test(piece) ? piece : `\\x{${(piece.codePointAt(0) as number).toString(16)}}`;
	});
	return `^${expressions.join('')}$`;
}

/**
 * Whether a path matches a pattern. A regular expression of JavaScript could take minutes for a pattern with many
 * asterisks; this takes no longer than the length of the pattern times that of the path. Pure.
 */
export function pathMatches(pattern: string, path: string): boolean {
	const pieces = piecesOf(pattern);
	const isStar = (at: number) => pieces[at]?.startsWith('*') === true;
	/** The numbers of pieces that the path up to here may have used, with those of asterisks that stand for nothing. */
	let reached = new Set<number>();
	const reach = (at: number, into: Set<number>) => {
		for (let next = at; !into.has(next); next++) {
			into.add(next);
			if (!isStar(next)) return;
		}
	};
	reach(0, reached);
	for (const character of path) {
		const after = new Set<number>();
		for (const at of reached) {
			if (isStar(at)) {
				if (character !== '/' || pieces[at] !== '*') reach(at, after);
			} else if (pieces[at] === character) reach(at + 1, after);
		}
		reached = after;
	}
	return reached.has(pieces.length);
}
