import type { PlacedToken } from '../../sql-queries.js';
import { isMark, isWord } from '../../sql-tokens.js';
import { shown } from './shown.js';

/** A table, or a table function, that a statement reads by its name. */
export interface NamedTable {
	name: string;
	isCalled: boolean;
}

/** Table functions that make rows of their arguments alone. */
const pureTableFunctions = ['numbers', 'values', 'generateseries', 'generate_series', 'zeros', 'view'];

/** The tables that a statement reads by their names, without those that it defines itself. Pure. */
export function namedTables(tokens: readonly PlacedToken[]): NamedTable[] {
	const defined = new Set(
		tokens.flatMap((token, i) =>
			token.kind === 'name' && isWord(tokens[i + 1], 'AS') && isNamedQuery(tokens, i + 2) ? [token.text] : [],
		),
	);
	return tokens.flatMap((token, i) => {
		const isSet = isWord(tokens[i - 1], 'IN');
		if (token.kind !== 'name' || (!token.isTable && !isSet) || isWord(token, 'SELECT', 'WITH', 'FROM')) return [];
		const parts = [token.text];
		let end = i;
		while (isMark(tokens[end + 1], '.') && tokens[end + 2]?.kind === 'name') {
			parts.push(tokens[end + 2]?.text ?? '');
			end += 2;
		}
		const name = parts.join('.');
		const isCalled = isMark(tokens[end + 1], '(');
		// A call after IN makes a set of values: IN tuple(1, 2).
		if (isCalled ? isSet || pureTableFunctions.includes(name.toLowerCase()) : defined.has(name)) return [];
		return [{ name, isCalled }];
	});
}

function isNamedQuery(tokens: readonly PlacedToken[], i: number): boolean {
	let at = i;
	while (isWord(tokens[at], 'NOT', 'MATERIALIZED')) at++;
	return isMark(tokens[at], '(') && tokens[at + 1]?.query.place === 'named';
}

/** Tables that a stored model reads by their names, and table functions: no run follows what changes in them. Pure. */
export const tableFaults = (tokens: readonly PlacedToken[], what = 'a stored model'): string[] =>
	namedTables(tokens).map(
		({ name, isCalled }) =>
			`${what} cannot read \`${shown(name)}\`${isCalled ? '(…)' : ''}, since no run follows its changes; read a model as {{name}}, or use @materialized view`,
	);
