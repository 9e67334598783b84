import { commentOrText } from './model.js';

/** A piece of a statement that ClickHouse reads as one. */
export interface SqlToken {
	/**
	 * - `text`: quoted text, `'shop'`
	 * - `name`: a word, or a quoted name; its text is without the quotation marks
	 * - `number`
	 * - `reference`: a name in double braces, `{{sessions}}`
	 * - `mark`: any other character
	 */
	kind: 'text' | 'name' | 'number' | 'reference' | 'mark';
	text: string;
	/** Whether a name is in quotation marks, so that it is not a word of SQL. */
	isQuoted: boolean;
	/** Position in the statement. */
	at: number;
}

const commentOrToken = new RegExp(
	`(${commentOrText.source})|(\\{\\{\\w+(?:\\.\\w+)?\\}\\})|(\\d[\\w.]*)|(\\w+)|[^\\s]`,
	'g',
);

/** The tokens of a statement, without its comments. Pure. */
export function tokensOf(sql: string): SqlToken[] {
	return [...sql.matchAll(commentOrToken)].flatMap(
		({ 0: text, 1: quoted, 2: reference, 3: number, 4: word, index: at }): SqlToken[] => {
			if (quoted === undefined) {
				const kind = reference ? 'reference' : number ? 'number' : word ? 'name' : 'mark';
				return [{ kind, text, isQuoted: false, at }];
			}
			if (quoted.startsWith("'")) return [{ kind: 'text', text, isQuoted: true, at }];
			if (/^["`]/.test(quoted)) return [{ kind: 'name', text: text.slice(1, -1), isQuoted: true, at }];
			return quoted.startsWith('\\') ? [{ kind: 'mark', text, isQuoted: false, at }] : [];
		},
	);
}

/** Whether a token is one of some words of SQL, which are given in capital letters. Pure. */
export const isWord = (token: SqlToken | undefined, ...words: readonly string[]): boolean =>
	token?.kind === 'name' && !token.isQuoted && words.includes(token.text.toUpperCase());

/** Whether a token is a mark. Pure. */
export const isMark = (token: SqlToken | undefined, mark: string): boolean =>
	token?.kind === 'mark' && token.text === mark;
