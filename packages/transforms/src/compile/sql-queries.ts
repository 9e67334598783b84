import { isMark, isWord, type SqlToken, tokensOf } from './sql-tokens.js';

/**
 * A SELECT in a statement, by what it stands for: the `statement`, the rows of a `table`, a `set` after IN, a query
 * that WITH names, or a single `value`.
 */
export interface Query {
	place: 'statement' | 'table' | 'set' | 'named' | 'value';
	/** Whether it, or a SELECT around it, is a single value. */
	isInValue: boolean;
}

/** A token with its place in the statement. */
export interface PlacedToken extends SqlToken {
	/** The innermost SELECT. */
	query: Query;
	/** The word that begins the part of this SELECT, in capital letters: `FROM`; empty before the first. */
	clause: string;
	/** The function in whose parentheses it is, in small letters; empty for none. */
	call: string;
	/** Number of parentheses within the SELECT. */
	depth: number;
	/** Whether a table can stand here. */
	isTable: boolean;
	index: number;
	/** Number of parentheses around it. */
	level: number;
	/** The index of the bracket that closes this one; -1 if the token opens none. */
	closing: number;
}

interface Frame {
	query: Query;
	clause: string;
	call: string;
	depth: number;
	/** Whether names after a comma are columns and not tables: of ARRAY JOIN, or of USING. */
	hasColumns: boolean;
	hasSelect: boolean;
	/** Index of the parenthesis that opens it; -1 for the statement. */
	opened: number;
}

/** The words that begin a part of a SELECT. */
const clauses = 'WITH SELECT FROM PREWHERE WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH'.split(' ');
const setOperators = ['UNION', 'EXCEPT', 'INTERSECT'] as const;
/** Words before a parenthesis that are not the name of a function. */
const operators =
	'AND AS ALL ANY BETWEEN BY CASE DISTINCT ELSE EXCEPT FROM HAVING IN INTERSECT JOIN LIKE LIMIT NOT OFFSET ON OR OVER PREWHERE QUALIFY SELECT THEN TOP UNION USING WHEN WHERE WITH'.split(
		' ',
	);

/**
 * Characters of all statements whose tokens are kept. Those of this package have some 30,000; a character takes some
 * 50 bytes in its tokens.
 */
const keptCharactersMax = 128 * 1024;
/** Tokens by their statement, the one that was asked for longest ago first. */
const kept = new Map<string, readonly PlacedToken[]>();
let keptCharacters = 0;

/**
 * Finds the SELECTs of a statement and the place of each token in them. Pure. A run asks for the same statements once
 * for each model that they read, so their tokens are kept: finding them took half of the run's own processor time.
 */
export function placedTokens(sql: string): readonly PlacedToken[] {
	const known = kept.get(sql);
	const placed = known ?? placeTokens(sql);
	if (known === undefined) keptCharacters += sql.length;
	else kept.delete(sql);
	kept.set(sql, placed);
	for (const oldest of kept.keys()) {
		if (keptCharacters <= keptCharactersMax) break;
		kept.delete(oldest);
		keptCharacters -= oldest.length;
	}
	return placed;
}

function placeTokens(sql: string): PlacedToken[] {
	const tokens = tokensOf(sql);
	const statement: Frame = {
		query: { place: 'statement', isInValue: false },
		clause: '',
		call: '',
		depth: 0,
		hasColumns: false,
		hasSelect: false,
		opened: -1,
	};
	const frames: Frame[] = [statement];
	const placed: PlacedToken[] = [];
	tokens.forEach((token, i) => {
		const frame = frames.at(-1) as Frame;
		const previous = tokens[i - 1];
		const isTable = canBeTable(frame, previous);
		if (frame.depth === 0) startClause(frame, tokens, i);
		const { query, clause, call, depth } = frame;
		const { kind, text, isQuoted, at } = token;
		const place = { query, clause, call, depth, isTable, index: i, level: frames.length, closing: -1 };
		placed.push({ kind, text, isQuoted, at, ...place });
		if (token.kind !== 'mark') return;
		if (/^[([{]$/.test(token.text)) frames.push(frameOf(frame, tokens, i, isTable));
		else if (/^[)\]}]$/.test(token.text) && frames.length > 1) {
			frames.pop();
			(placed[frame.opened] as PlacedToken).closing = i;
		}
	});
	return placed;
}

/** Whether the token after `previous` can be the name of a table. */
function canBeTable({ clause, call, hasColumns }: Frame, previous: SqlToken | undefined): boolean {
	if (clause !== 'FROM' || call !== '') return false;
	return isWord(previous, 'FROM', 'JOIN')
		? !hasColumns
		: !hasColumns && (isMark(previous, ',') || isMark(previous, '('));
}

/** Changes the frame where a token begins a SELECT or a part of one. */
function startClause(frame: Frame, tokens: readonly SqlToken[], i: number): void {
	const token = tokens[i] as SqlToken;
	const [previous, next] = [tokens[i - 1], tokens[i + 1]];
	if (frame.clause === 'FROM') {
		if (isWord(token, 'JOIN')) frame.hasColumns = isWord(previous, 'ARRAY');
		else if (isWord(token, 'USING')) frame.hasColumns = true;
	}
	if (isMark(previous, '.') || isWord(previous, 'AS')) return;
	if (
		isWord(token, ...setOperators) &&
		(isWord(next, 'ALL', 'DISTINCT', 'SELECT', 'WITH', 'FROM') || isMark(next, '('))
	) {
		// "* EXCEPT (a, b)" leaves out columns.
		const leavesOut = isWord(token, 'EXCEPT') && isMark(next, '(') && !isWord(tokens[i + 2], 'SELECT', 'WITH', 'FROM');
		if (!leavesOut) startQuery(frame);
		return;
	}
	if (!isWord(token, ...clauses) || !beginsClause(frame, token, previous, next)) return;
	if (isWord(token, 'SELECT') && frame.hasSelect) startQuery(frame);
	const hasSelect = frame.hasSelect || isWord(token, 'SELECT');
	Object.assign(frame, { clause: token.text.toUpperCase(), hasColumns: false, hasSelect });
}

/** Another SELECT in the same parentheses. */
function startQuery(frame: Frame): void {
	Object.assign(frame, { query: { ...frame.query }, clause: '', hasColumns: false, hasSelect: false });
}

function beginsClause(
	{ clause }: Frame,
	token: SqlToken,
	previous: SqlToken | undefined,
	next: SqlToken | undefined,
): boolean {
	// WITH TOTALS, WITH TIES and WITH FILL are parts of others.
	if (isWord(token, 'WITH')) return clause === '';
	// IS DISTINCT FROM compares.
	if (isWord(token, 'FROM')) return !isWord(previous, 'DISTINCT');
	if (isWord(token, 'GROUP', 'ORDER')) return isWord(next, 'BY');
	if (isWord(token, 'LIMIT', 'OFFSET')) return beginsNumber(next);
	if (isWord(token, 'FETCH')) return isWord(next, 'FIRST', 'NEXT');
	return true;
}

/** Whether a token can begin the number of rows after LIMIT. A column may have the name `limit` or `offset`. */
export const beginsNumber = (token: SqlToken | undefined): boolean =>
	token !== undefined &&
	!isWord(token, 'FROM', 'AS') &&
	(token.kind !== 'mark' || ['(', '-', '+', '{'].includes(token.text));

/** The frame of the parenthesis or bracket at `i`. */
function frameOf(frame: Frame, tokens: readonly SqlToken[], i: number, isTable: boolean): Frame {
	const [previous, next] = [tokens[i - 1], tokens[i + 1]];
	const isCall = isMark(tokens[i], '(') && previous?.kind === 'name' && !isWord(previous, ...operators);
	const call = isCall ? (previous?.text.toLowerCase() ?? '') : '';
	const { query, clause, depth } = frame;
	const isQuery = isMark(tokens[i], '(') && isWord(next, 'SELECT', 'WITH', 'FROM');
	if (!isQuery) {
		const inherited = { query, clause, call: call === '' ? frame.call : call, depth: depth + 1 };
		return { ...inherited, hasColumns: !isTable, hasSelect: false, opened: i };
	}
	const place = placeOfQuery(frame, tokens, i, isTable);
	const inner: Query = { place, isInValue: place === 'value' || query.isInValue };
	return { query: inner, clause: '', call: '', depth: 0, hasColumns: false, hasSelect: false, opened: i };
}

function placeOfQuery(frame: Frame, tokens: readonly SqlToken[], i: number, isTable: boolean): Query['place'] {
	const [before, previous] = [tokens[i - 2], tokens[i - 1]];
	if (isTable || isWord(previous, 'VIEW')) return 'table';
	if (isWord(previous, 'IN', 'ANY')) return 'set';
	if (isWord(previous, 'AS', 'MATERIALIZED') && frame.clause === 'WITH') return 'named';
	// A part of a set operation, or more parentheses than needed.
	const isOperand =
		isWord(previous, ...setOperators) || (isWord(previous, 'ALL', 'DISTINCT') && isWord(before, ...setOperators));
	if (frame.clause === '' || isOperand) return frame.query.place;
	let outer = i;
	while (isMark(tokens[outer - 1], '(')) outer--;
	return outer < i && isWord(tokens[outer - 1], 'IN') ? 'set' : 'value';
}

/**
 * Whether a SELECT that reads a model, without another one between, has all columns of it: `*`, `count(DISTINCT *)`,
 * `COLUMNS('…')`. A sign of multiplication is none. Pure.
 */
export function readsAllColumns(tokens: readonly PlacedToken[], model: string): boolean {
	const reading = new Set(
		tokens
			.filter(({ kind, text }) => kind === 'reference' && text.slice(2, -2).split('.')[0] === model)
			.map(({ query }) => query),
	);
	return tokens.some((token, i) => reading.has(token.query) && namesAllColumns(tokens, i));
}

function namesAllColumns(tokens: readonly PlacedToken[], i: number): boolean {
	const [previous, token, next] = [tokens[i - 1], tokens[i], tokens[i + 1]];
	if (isWord(token, 'COLUMNS') && isMark(next, '(')) return true;
	if (!isMark(token, '*')) return false;
	const isOfCount = isMark(previous, '(') && isMark(next, ')') && tokens[i]?.call === 'count';
	const isOperand =
		previous !== undefined && !isWord(previous, 'SELECT', 'DISTINCT', 'ALL') && !/^[,(.]$/.test(previous.text);
	return !isOperand && !isOfCount;
}
