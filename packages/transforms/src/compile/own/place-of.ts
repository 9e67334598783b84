import type { OwnFile } from '../model.js';

/**
 * Names the place of a fault in a file, `footfall/models/signups.sql:7`. Pure.
 *
 * ClickHouse gives a line only for faults of the syntax. For others, the line is the first one that has a word which
 * the message quotes: a column, a function or a type.
 *
 * @param message the fault in words
 * @param linesBefore number of lines of the statement that ClickHouse got before the first line of the model's SELECT
 */
export function placeOf({ file, source, firstLine }: OwnFile, message: string, linesBefore = 0): string {
	const lines = source.split('\n');
	const stated = /\(line (\d+), col \d+\)/.exec(message)?.[1];
	if (stated !== undefined) {
		const line = Number(stated) - linesBefore + firstLine - 1;
		return `${file}:${Math.min(Math.max(line, 1), lines.length)}`;
	}
	return `${file}:${lineOfQuoted(lines, message, firstLine)}`;
}

/** Line of the first word that a message quotes; that of the statement where it quotes none. */
function lineOfQuoted(lines: readonly string[], message: string, firstLine: number): number {
	// The words that ClickHouse suggests instead are not the fault.
	const [fault = ''] = message.split(/\bmaybe you meant\b/i);
	const quoted = [...fault.matchAll(/\bfamily: (\w+)|`([^`]+)`|"([^"]+)"|'([^']+)'|(\{\{[^}]+\}\})|(@\w+)/g)]
		.map((match) => match.slice(1).find((text) => text !== undefined) as string)
		// The names that ClickHouse quotes may have the name of a table before them.
		.flatMap((text) => [text, text.slice(text.lastIndexOf('.') + 1)]);
	const inSmallLetters = lines.map((line) => line.toLowerCase());
	for (const text of quoted) {
		const wanted = text.toLowerCase();
		// A long text is quoted by its beginning.
		const has = (line: string) => (wanted.endsWith('…') ? line.includes(wanted.slice(0, -1)) : hasText(line, wanted));
		const inStatement = inSmallLetters.findIndex((line, i) => i + 1 >= firstLine && has(line));
		const at = inStatement === -1 ? inSmallLetters.findIndex(has) : inStatement;
		if (at !== -1) return at + 1;
	}
	return firstLine;
}

/** Whether a line has a text; a word only if it is a whole one there. */
function hasText(line: string, text: string): boolean {
	if (!/^\w+$/.test(text)) return line.includes(text);
	for (let at = line.indexOf(text); at !== -1; at = line.indexOf(text, at + 1))
		if (!/\w/.test(line[at - 1] ?? '') && !/\w/.test(line[at + text.length] ?? '')) return true;
	return false;
}
