import type { Model } from '../../model.js';
import { beginsNumber, type PlacedToken, type Query } from '../../sql-queries.js';
import { isMark, isWord } from '../../sql-tokens.js';
import { shown } from './shown.js';

/**
 * Finds parts of a statement whose result depends on rows that a run may not compute, or on the order in which
 * ClickHouse reads rows. A run computes single visitors, or single days. All functions of this file are pure.
 */
export function rowFaults(model: Pick<Model, 'materialized' | 'partition'>, tokens: readonly PlacedToken[]): string[] {
	return [
		...limitFaults(model, tokens),
		...windowFaults(model, tokens),
		...joinFaults(tokens),
		...valueFaults(tokens),
		...groupFaults(model, tokens),
	];
}

type Kind = Pick<Model, 'materialized' | 'partition'>;

/** The columns by which a run chooses rows. */
const neededColumns = ({ materialized, partition }: Kind) =>
	materialized.kind === 'incremental by visitor' ? ['site', 'visitor_id'] : ['site', partition];

const listWords = (names: readonly string[]) => names.join(', ');

/** Those of the needed columns that a list of columns has not. A column within a call is not one of the list. */
function missingIn(list: readonly PlacedToken[], kind: Kind): string[] {
	const names = list.filter((token) => token.kind === 'name' && token.call === list[0]?.call).map(({ text }) => text);
	// A day is within a week.
	const isWeek = names.some((name) => name === 'day' || /^toMonday$/i.test(name));
	return neededColumns(kind).filter((column) => !names.includes(column) && !(column === 'week' && isWeek));
}

/** The tokens from `from` on of the same parentheses, until a word directly in them is one of some. */
function until(tokens: readonly PlacedToken[], from: number, ...words: readonly string[]): PlacedToken[] {
	const first = tokens[from];
	const list: PlacedToken[] = [];
	for (let i = from; i < tokens.length; i++) {
		const token = tokens[i] as PlacedToken;
		if (first === undefined || token.level < first.level) break;
		if (token.query !== first.query) continue;
		if (token.depth < first.depth || (token.depth === first.depth && isWord(token, ...words))) break;
		list.push(token);
	}
	return list;
}

export function limitFaults(kind: Kind, tokens: readonly PlacedToken[]): string[] {
	const isLimit = (token: PlacedToken, i: number) =>
		(token.clause === token.text.toUpperCase() && token.depth === 0 && isWord(token, 'LIMIT', 'OFFSET', 'FETCH')) ||
		(isWord(token, 'TOP') && isWord(tokens[i - 1], 'SELECT', 'DISTINCT') && beginsNumber(tokens[i + 1]));
	return tokens.flatMap((token, i) => {
		if (!isLimit(token, i)) return [];
		const by = nextPart(tokens, i);
		if (isWord(token, 'OFFSET') && isWord(tokens[by], 'BY')) return [];
		if (!isWord(token, 'LIMIT') || !isWord(tokens[by], 'BY'))
			return [
				`a stored model cannot have "${token.text.toUpperCase()}" without BY, since a run computes parts of its rows; use ORDER BY … LIMIT n BY columns, or a view`,
			];
		return limitByFaults(kind, tokens, i, by);
	});
}

/** The word BY of a LIMIT, or the word that begins what follows without it. */
function nextPart(tokens: readonly PlacedToken[], at: number): number {
	const { query, level } = tokens[at] as PlacedToken;
	for (let i = at + 1; i < tokens.length; i++) {
		const token = tokens[i] as PlacedToken;
		if (token.level < level) break;
		if (token.query === query && token.depth === 0 && isWord(token, 'BY', 'LIMIT', 'ORDER')) return i;
	}
	return -1;
}

function limitByFaults(kind: Kind, tokens: readonly PlacedToken[], at: number, by: number): string[] {
	const missing = missingIn(until(tokens, by + 1, 'LIMIT', 'OFFSET', 'UNION', 'EXCEPT', 'INTERSECT'), kind);
	const isOrdered = hasOrder(tokens, at);
	return [
		...(missing.length === 0
			? []
			: [
					`"LIMIT" BY needs the columns ${listWords(neededColumns(kind))}, since a run computes parts of the rows; add them`,
				]),
		...(isOrdered
			? []
			: ['"LIMIT" BY needs ORDER BY before it, since it keeps the rows that are read first; add columns that decide']),
	];
}

/** Whether the SELECT of a LIMIT has an ORDER BY before it. */
function hasOrder(tokens: readonly PlacedToken[], at: number): boolean {
	const { query, level } = tokens[at] as PlacedToken;
	for (let i = at - 1; i >= 0 && (tokens[i] as PlacedToken).level >= level; i--)
		if (tokens[i]?.query === query && tokens[i]?.clause === 'ORDER') return true;
	return false;
}

/** Positions of the first tokens in the definitions of windows after WINDOW, by their names. */
const namedWindows = (tokens: readonly PlacedToken[]) =>
	new Map(
		tokens.flatMap((token, i) =>
			token.clause === 'WINDOW' && token.kind === 'name' && isWord(tokens[i + 1], 'AS') && isMark(tokens[i + 2], '(')
				? [[token.text, i + 3] as const]
				: [],
		),
	);

function windowFaults(kind: Kind, tokens: readonly PlacedToken[]): string[] {
	const named = namedWindows(tokens);
	const starts = tokens.flatMap((token, i) => {
		const next = tokens[i + 1];
		if (!isWord(token, 'OVER')) return [];
		if (isMark(next, '(')) return [i + 2];
		return next?.kind === 'name' ? [named.get(next.text) ?? -1] : [];
	});
	return [...new Set([...new Set(starts)].flatMap((from) => windowFault(kind, tokens, named, from)))];
}

const frameWords = ['ORDER', 'ROWS', 'RANGE', 'GROUPS'];

function windowFault(
	kind: Kind,
	tokens: readonly PlacedToken[],
	named: ReadonlyMap<string, number>,
	from: number,
): string[] {
	const needed = listWords(neededColumns(kind));
	const fault = [
		`a window "OVER" needs PARTITION BY ${needed}, since a run computes parts of the rows; add these columns`,
	];
	const first = tokens[from];
	if (first === undefined || isMark(first, ')')) return fault;
	// A window that extends a named one has the columns of that one, which is looked at by itself.
	if (first.kind === 'name' && !isWord(first, 'PARTITION', ...frameWords)) {
		const start = named.get(first.text) ?? from;
		// A named window extends an earlier one.
		return start === from || (first.clause === 'WINDOW' && start > from)
			? fault
			: windowFault(kind, tokens, named, start);
	}
	if (!isWord(first, 'PARTITION')) return fault;
	const list = until(tokens, from + 2, ...frameWords);
	const missing = missingIn(list, kind);
	if (missing.length === 0) return [];
	if (kind.materialized.kind !== 'incremental from partition' || missing.includes('site')) return fault;
	// A frame of some rows may be within the days before that the model reads.
	const whole = until(tokens, from);
	const hasFrame =
		whole.some((token) => isWord(token, 'PRECEDING')) && !whole.some((token) => isWord(token, 'UNBOUNDED'));
	return hasFrame
		? []
		: [
				'a window "OVER" of several days needs a frame within its days, such as ROWS BETWEEN 6 PRECEDING AND CURRENT ROW, since a run reads only the days of its lookback',
			];
}

function joinFaults(tokens: readonly PlacedToken[]): string[] {
	const faults: string[] = [];
	tokens.forEach((token, i) => {
		const next = tokens[i + 1];
		if (isWord(token, 'ANY') && token.clause === 'FROM' && token.call === '' && !isMark(next, '('))
			faults.push(
				'"ANY" JOIN takes the row that is read first; join a subquery that groups by the columns of the join, with min, max or argMax',
			);
		if (isWord(token, 'DISTINCT') && isWord(next, 'ON'))
			faults.push('"DISTINCT ON" keeps the rows that are read first; group by these columns, with min, max or argMax');
		if (isWord(token, 'SAMPLE') && token.clause === 'FROM' && next?.kind === 'number')
			faults.push('"SAMPLE" is not allowed in a stored model, since it reads parts of the rows; remove it');
	});
	return faults;
}

/** A single value of many rows is that of the rows which the run computes. */
function valueFaults(tokens: readonly PlacedToken[]): string[] {
	const read = new Set(
		tokens.filter(({ kind, query }) => kind === 'reference' && query.isInValue).map(({ text }) => text),
	);
	return [...read].map((text) => {
		return `(SELECT … FROM ${shown(text)}) as a single value has only the rows that a run computes; join a subquery that groups by the columns of the grain`;
	});
}

/** Functions that make one value of several rows. */
const aggregate =
	/^(?:count|sum\w*|avg\w*|min|max|arg(?:Min|Max)|uniq\w*|group\w+|quantiles?\w*|median\w*|std\w+|var\w+|topK\w*)(?:If|Array|OrNull|OrDefault|Distinct|State|Merge|Map)*$/i;

/** Groups of rows of several visitors, or of several days, of which a run computes only some. */
function groupFaults(kind: Kind, tokens: readonly PlacedToken[]): string[] {
	const queries = new Map<Query, PlacedToken[]>();
	for (const token of tokens) {
		const own = queries.get(token.query);
		if (own === undefined) queries.set(token.query, [token]);
		else own.push(token);
	}
	return [...queries.values()].filter(readsRows).flatMap((own) => {
		const at = own.findIndex((token) => token.clause === 'GROUP' && token.depth === 0 && isWord(token, 'BY'));
		if (at === -1) return ungroupedFaults(kind, own, tokens);
		const list = own.slice(at + 1).filter(({ clause }) => clause === 'GROUP');
		// ALL and numbers of columns name no columns.
		if (list.some((token) => isWord(token, 'ALL', 'GROUPING')) || list.every((token) => token.kind !== 'name'))
			return [];
		return missingIn(list, kind).length === 0
			? []
			: [
					`"GROUP" BY needs ${listWords(neededColumns(kind))}, since a run computes only ${partsOf(kind)}; add these columns`,
				];
	});
}

const partsOf = ({ materialized, partition }: Kind) =>
	materialized.kind === 'incremental by visitor' ? 'single visitors' : `some ${partition}s`;

/** Whether a SELECT reads rows of tables, and not only those of a table function. */
const readsRows = (own: readonly PlacedToken[]): boolean =>
	own.some(
		(token, i) =>
			token.clause === 'FROM' &&
			(token.kind === 'reference' || (token.isTable && token.kind === 'name' && !isMark(own[i + 1], '('))),
	) || own.some((token) => token.isTable && isMark(token, '('));

function ungroupedFaults(kind: Kind, own: readonly PlacedToken[], all: readonly PlacedToken[]): string[] {
	const called = own.find(
		(token, i) =>
			token.clause === 'SELECT' &&
			token.kind === 'name' &&
			aggregate.test(token.text) &&
			isMark(own[i + 1], '(') &&
			!isWindowed(all, (own[i + 1] as PlacedToken).index),
	);
	return called === undefined
		? []
		: [
				`\`${shown(called.text)}\`() without GROUP BY is over all ${partsOf(kind).replace(/^\w+ /, '')} that a run computes; group by ${listWords(neededColumns(kind))}`,
			];
}

/** Whether OVER follows the parentheses that open at `open`, or the second ones of a function with parameters. */
function isWindowed(tokens: readonly PlacedToken[], open: number): boolean {
	const next = (tokens[open]?.closing ?? 0) + 1;
	if (isMark(tokens[next], '(')) return isWindowed(tokens, next);
	return isWord(tokens[isWord(tokens[next], 'IGNORE', 'RESPECT') ? next + 2 : next], 'OVER');
}
