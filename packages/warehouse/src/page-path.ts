/**
 * The path of a page, as the marts store it and as the dashboard shows it: decoded, so that addresses that differ only
 * in the form of their percent-encoding are one page. An escape stays, in capital letters, where the decoded path would
 * be another one, would not be text, or would not show what it has in it:
 *
 * - `%2F`, `%3F` and `%23`, since a slash, a question mark or a number sign would separate parts of the address
 * - bytes that are not valid UTF-8
 * - control characters, and invisible characters that change the order or the look of the text around them, which are
 *   escaped where a sender did not escape them
 * - `%25` before two hexadecimal digits, with which a percent sign would make an escape
 *
 * A path that is folded again stays the same.
 */

const next = '%[89ab][0-9a-f]';
/** The escapes of one character beyond ASCII in valid UTF-8. */
const escapedCharacter = [
	`%(?:c[2-9a-f]|d[0-9a-f])${next}`,
	`%e0%[ab][0-9a-f]${next}`,
	`%(?:e[1-9abcef])${next}${next}`,
	`%ed%[89][0-9a-f]${next}`,
	`%f0%[9ab][0-9a-f]${next}${next}`,
	`%f[123]${next}${next}${next}`,
	`%f4%8[0-9a-f]${next}${next}`,
].join('|');

/** Characters that stay escaped: controls, line separators, and invisible or bidirectional ones. */
const unsafe = [
	'\\x00-\\x1f\\x7f\\x{80}-\\x{9f}\\x{ad}\\x{34f}\\x{61c}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}',
	'\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{feff}\\x{ffa0}\\x{fff0}-\\x{fffb}',
	'\\x{e0000}-\\x{e0fff}',
].join('');

/** A piece of a path: escapes of one character, one escape, one character that must be escaped, or other text. */
const piece = `(?i)${escapedCharacter}|%[0-9a-f]{2}|%|[${unsafe}]|[^%${unsafe}]+`;
/** An escape of a printable ASCII character that does not separate parts of an address. */
const escapedAscii = '(?i)^%(?:2[0-24-9a-e]|3[0-9a-e]|[456][0-9a-f]|7[0-9a-e])$';

/** A regular expression as an SQL literal. */
const literal = (pattern: string) => `'${pattern.replaceAll('\\', '\\\\')}'`;

const pieceOf = (text: string) => `multiIf(
        ${text} = '%', '%25',
        match(${text}, ${literal(`^[${unsafe}]`)}), encodeURLComponent(${text}),
        NOT startsWith(${text}, '%'), ${text},
        ${text} = '%25', ${text},
        length(${text}) = 3, if(match(${text}, ${literal(escapedAscii)}), decodeURLComponent(${text}), upper(${text})),
        match(decodeURLComponent(${text}), ${literal(`^[${unsafe}]`)}), upper(${text}),
        decodeURLComponent(${text})
    )`;

/**
 * SQL for the folded form of a path. Paths of printable ASCII without a percent sign, as most are, cost one match.
 *
 * @param path SQL for a path as an address has it
 */
export function foldedPath(path: string): string {
	const found = `extractAll(toValidUTF8(${path}), ${literal(piece)})`;
	const pieces = `arrayStringConcat(arrayMap(p -> ${pieceOf('p')}, ${found}))`;
	// `%25` stays only before two hexadecimal digits. The first character cannot be in the pieces.
	const marked = `replaceRegexpAll(${pieces}, '%25([0-9A-Fa-f]{2})', '\\x01\\\\1')`;
	const folded = `replaceAll(replaceAll(${marked}, '%25', '%'), '\\x01', '%25')`;
	return `if(match(${path}, '[^ -~]|%'), ${folded}, ${path})`;
}

/**
 * SQL for the path of the page of an event. An address without a path is that of the page `/`; without an address the
 * path is empty, since the page is not known.
 *
 * @param columns SQL for the columns `path` and `url` of the raw table
 */
export function pagePath({ path, url }: { path: string; url: string }): string {
	return `if(${path} = '' AND ${url} != '', '/', ${foldedPath(path)})`;
}
