import { commentOrText } from '../../model.js';
import { isMark, isWord, type SqlToken, tokensOf } from '../../sql-tokens.js';

/** The faults in the form of a statement. A run places it in parentheses in a statement of its own. Pure. */
export function formFaults(sql: string): string[] {
	const tokens = tokensOf(sql);
	const begins = tokens.find((token) => !isMark(token, '('));
	const has = (is: (token: SqlToken, next: SqlToken | undefined) => boolean) =>
		tokens.some((token, i) => is(token, tokens[i + 1]));
	const faults: string[] = [];
	if (!isWord(begins, 'SELECT', 'WITH'))
		faults.push('the statement must begin with SELECT or WITH; write one SELECT below the header');
	if (has((token) => isMark(token, ';'))) faults.push('";" is not allowed, since a file is one SELECT; remove it');
	if (has((token) => isWord(token, 'SETTINGS')))
		faults.push(
			'"SETTINGS" is not allowed, since every model has the same bounds; use --model-seconds and --model-memory',
		);
	if (has((token, next) => isWord(token, 'INTO') && isWord(next, 'OUTFILE')))
		faults.push('"OUTFILE" is not allowed, since a run stores the rows; remove it');
	if (isWord(tokens.at(-2), 'FORMAT') && tokens.at(-1)?.kind === 'name')
		faults.push('"FORMAT" is not allowed, since a run stores the rows; remove it');
	return [...faults, ...bracketFaults(sql, tokens)];
}

/** The faults of brackets and quotation marks, and of forms of quoted text that Footfall does not read. */
export function bracketFaults(sql: string, tokens = tokensOf(sql)): string[] {
	const faults: string[] = [];
	if (tokens.some((token) => isMark(token, '$')))
		faults.push('"$" is not allowed outside of quotation marks; write text in single quotation marks');
	if (tokens.some(({ kind, text }) => kind === 'mark' && /[‘’“”−]/.test(text)))
		faults.push('its quotation marks or minus signs are those of a word processor; write \' " and -');
	if (tokens.some((token, i) => isMark(token, '{') && tokens[i + 1]?.kind === 'name' && isMark(tokens[i + 2], ':')))
		faults.push('"{name:type}" is not allowed, since a run has no parameters; write the value');
	if (!isBalanced(sql, tokens))
		faults.push('its parentheses, brackets or quotation marks do not match; close each that it opens');
	return faults;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Whether every bracket, quotation mark and comment of a statement is closed, in order. */
function isBalanced(sql: string, tokens: readonly SqlToken[]): boolean {
	const expected: string[] = [];
	for (const { text } of tokens.filter(({ kind }) => kind === 'mark')) {
		if (/^['"`]/.test(text)) return false;
		if (closing[text] !== undefined) expected.push(closing[text]);
		else if (/^[)\]}]$/.test(text) && expected.pop() !== text) return false;
	}
	const [last = ''] = [...sql.matchAll(new RegExp(commentOrText, 'g'))].at(-1) ?? [];
	return expected.length === 0 && !(last.startsWith('/*') && !/^\/\*[\s\S]*\*\/$/.test(last));
}
