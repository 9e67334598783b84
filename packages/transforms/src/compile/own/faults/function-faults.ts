import type { PlacedToken } from '../../sql-queries.js';
import { isMark, isWord } from '../../sql-tokens.js';
import { shown } from './shown.js';
import { type Dependence, dependenceOf, isCalledByName } from './unsteady-functions.js';

/** Functions whose result depends on the order in which ClickHouse reads rows, with what to write instead. */
const orderedFunctions: readonly [names: RegExp, remedy: string][] = [
	[
		/^(?:any\w*|first_value\w*|last_value\w*|groupArraySample|topK\w*|approx_top\w*|deltaSum|groupArrayMoving\w+|groupArrayLast|stochastic\w+)$/i,
		'its result depends on the order in which rows are read; use min, max, argMin or argMax by a time and an event_id',
	],
	[
		/^(?:quantiles?|median|quantiles?(?:TDigest|BFloat16|DD|GK|Deterministic)\w*|median(?:TDigest|BFloat16|DD|GK|Deterministic)\w*)(?:If)?$/i,
		'it samples rows, so that its result depends on their order; use quantileExact or medianExact',
	],
	[
		/^(?:neighbor|runningAccumulate|runningDifference\w*|histogram|array_concat_agg)$/i,
		'its result depends on the order in which rows are read; use a window with ORDER BY',
	],
];

/** Aggregates of lists, whose items are in the order in which rows are read. */
const listFunctions =
	/^(?:groupArray|groupUniqArray|array_agg|groupConcat|string_agg|group_concat)(?:If|Distinct|Array)*$/i;
/** Functions for which the order of a list does not matter. */
const orderlessFunctions = new Set(
	'arraysort arrayreversesort length arrayuniq arraysum arraymin arraymax arrayavg has hasall hasany empty notempty arraycount arrayexists arrayall'.split(
		' ',
	),
);

/**
 * Functions in a statement whose result is not determined by its rows. Pure.
 *
 * @param what the statement, for the fault: `a stored model`
 */
export function functionFaults(tokens: readonly PlacedToken[], what: string): string[] {
	const faults = tokens.flatMap((token, i) => {
		if (token.kind !== 'name' || token.isTable || !isCall(tokens, i)) return [];
		const remedy = remedyOf(tokens, i);
		return remedy === undefined ? [] : [`${what} cannot call \`${shown(token.text)}\`(): ${remedy}`];
	});
	return [...new Set(faults)];
}

/** Whether a name calls a function. */
function isCall(tokens: readonly PlacedToken[], i: number): boolean {
	if (isMark(tokens[i + 1], '(')) return true;
	const [previous, token] = [tokens[i - 1], tokens[i] as PlacedToken];
	return !token.isQuoted && isCalledByName(token.text) && !isMark(previous, '.') && !isWord(previous, 'AS');
}

const dependenceRemedies: Record<Dependence, string> = {
	time: 'its rows would depend on the time of the run; call it in a model with @materialized view',
	server: 'its result differs from run to run; derive the value from columns, for example with cityHash64(…)',
	tables: 'a run does not follow changes of what it reads; use it in a model with @materialized view',
};

function remedyOf(tokens: readonly PlacedToken[], i: number): string | undefined {
	const { text, call } = tokens[i] as PlacedToken;
	const dependence = dependenceOf(text);
	if (dependence !== undefined) return dependenceRemedies[dependence];
	const [, remedy] = orderedFunctions.find(([names]) => names.test(text)) ?? [];
	if (remedy !== undefined) return remedy;
	if (listFunctions.test(text) && (hasParameters(tokens, i) || !orderlessFunctions.has(call)))
		return `its list is in the order in which rows are read; write arraySort(${text}(…))`;
	if (/^arg(?:Min|Max)$/i.test(text) && isConstantOrder(tokens, i))
		return 'its second argument is the same in every row; write a column that decides, such as a time';
	return undefined;
}

/** Whether a function has parameters, in parentheses before those of its arguments. */
function hasParameters(tokens: readonly PlacedToken[], i: number): boolean {
	const end = tokens[i + 1]?.closing ?? -1;
	return end !== -1 && isMark(tokens[end + 1], '(');
}

/** Whether the last argument of a call is a number or a text. */
function isConstantOrder(tokens: readonly PlacedToken[], i: number): boolean {
	const end = tokens[i + 1]?.closing ?? -1;
	const last = tokens[end - 1];
	return (last?.kind === 'number' || last?.kind === 'text') && isMark(tokens[end - 2], ',');
}
