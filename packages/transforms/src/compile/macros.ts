import { commentOrText } from './model.js';

/** An expression that several models share: a file `macros/NAME.sql`. */
export interface Macro {
	name: string;
	/** Names that the expression has with a `$` before them, in the order of the arguments. */
	parameters: readonly string[];
	description: string;
	/** The expression. */
	sql: string;
}

/** A macro file, or what is wrong with it. */
export type ReadMacro = { ok: true; macro: Macro } | { ok: false; faults: string[] };

/** A comment, quoted text, or a parameter in an expression. */
const commentTextOrParameter = new RegExp(`${commentOrText.source}|\\$(\\w+)`, 'g');
/** A comment, quoted text, or the beginning of a call. */
const commentTextOrCall = new RegExp(`${commentOrText.source}|\\{\\{(\\w+)\\(`, 'g');
/** A comment, quoted text, or one other character. */
const commentTextOrCharacter = new RegExp(`(${commentOrText.source})|[\\s\\S]`, 'y');

/**
 * Reads a macro file: `-- @description text`, `-- @parameters names with commas`, then one SQL expression, in which
 * every parameter stands with a `$` before it, outside of quoted text. Pure.
 */
export function readMacro(name: string, text: string): ReadMacro {
	const header = (key: string) => new RegExp(`^-- @${key} (.+)$`, 'm').exec(text)?.[1]?.trim();
	const description = header('description');
	const parameters = (header('parameters') ?? '').split(/\s*,\s*/).filter((parameter) => parameter !== '');
	const sql = dropComments(text).trim();
	const used = new Set([...sql.matchAll(commentTextOrParameter)].flatMap(([, parameter]) => parameter ?? []));
	const called = [...sql.matchAll(commentTextOrCall)].flatMap(([, macro]) => macro ?? []);
	const faults = [
		...(description === undefined ? [`macro ${name}: the header needs one @description`] : []),
		...(sql === '' ? [`macro ${name}: the expression is missing; write it below the header`] : []),
		...parameters
			.filter((each, i) => parameters.indexOf(each) < i)
			.map((each) => `macro ${name}: @parameters has ${each} twice`),
		...parameters
			.filter((each) => !used.has(each))
			.map((each) => `macro ${name}: its expression does not use $${each}`),
		...[...used]
			.filter((each) => !parameters.includes(each))
			.map(
				(each) => `macro ${name}: $${each} is not one of its @parameters: ${parameters.join(', ') || 'there are none'}`,
			),
		...called.map((each) => `macro ${name}: a macro cannot call {{${each}(…)}}; write out its expression instead`),
	];
	return faults.length > 0
		? { ok: false, faults }
		: { ok: true, macro: { name, parameters, description: description as string, sql } };
}

/**
 * Replaces the calls of macros, `{{name(argument, argument)}}`, by their expressions. An argument is an SQL expression,
 * in which there may be further calls. Calls in comments and in quoted text stay as they are. Pure.
 *
 * @param file the name for faults
 * @param keepsLines whether every line of the text keeps its number, so that a fault of the statement has the line of
 *   the file. @default false
 */
export function expandMacros(
	file: string,
	text: string,
	macros: readonly Macro[],
	keepsLines = false,
): { text: string; faults: string[] } {
	const faults: string[] = [];
	const expand = (part: string): string => {
		let expanded = '';
		let at = 0;
		const tokens = new RegExp(commentTextOrCall);
		for (let found = tokens.exec(part); found; found = tokens.exec(part)) {
			const [, name] = found;
			if (name === undefined) continue;
			const call = readArguments(part, tokens.lastIndex);
			expanded += part.slice(at, found.index);
			at = call?.to ?? tokens.lastIndex;
			tokens.lastIndex = at;
			const fault = callFault(name, call?.args, macros);
			if (fault !== undefined) faults.push(`${file}: ${fault}`);
			else {
				const macro = macros.find((each) => each.name === name) as Macro;
				const expression = expressionOf(macro, call?.args.map(expand) ?? []);
				expanded += keepsLines ? withLinesOf(part.slice(found.index, at), expression) : expression;
			}
		}
		return expanded + part.slice(at);
	};
	return { text: expand(text), faults };
}

/** An expression on as many lines as the call that it replaces. */
const withLinesOf = (call: string, expression: string) =>
	expression.replaceAll(/\s*\n\s*/g, ' ') + '\n'.repeat(call.split('\n').length - 1);

/** The fault of a call; undefined for none. `args` is undefined when the call does not end. */
function callFault(name: string, args: readonly string[] | undefined, macros: readonly Macro[]): string | undefined {
	if (args === undefined)
		return `the call {{${name}( does not end; end it with )}}, and close every bracket and quotation mark in it`;
	const macro = macros.find((each) => each.name === name);
	if (macro === undefined) {
		const known = macros.map((each) => each.name).join(', ') || 'none';
		return `{{${name}(…)}} is not a macro; the macros are: ${known}`;
	}
	const { parameters } = macro;
	if (args.length !== parameters.length)
		return `{{${name}(…)}} takes ${parameters.length} arguments (${parameters.join(', ')}), not ${args.length}`;
	const empty = parameters.find((_, i) => args[i] === '');
	return empty === undefined ? undefined : `{{${name}(…)}} has no expression for its argument ${empty}; write one`;
}

/** The expression with its arguments. It and they keep their meaning wherever they stand, hence the parentheses. */
function expressionOf({ parameters, sql }: Macro, args: readonly string[]): string {
	const expression = sql.replaceAll(commentTextOrParameter, (whole, parameter: string | undefined) => {
		if (parameter === undefined) return whole;
		const argument = args[parameters.indexOf(parameter)] as string;
		return /^\w+$/.test(argument) ? argument : `(${argument})`;
	});
	return isOneCall(expression) ? expression : `(${expression})`;
}

/** Whether an expression is a name, or one call of a function. */
function isOneCall(expression: string): boolean {
	const [start = ''] = /^\w+\(?/.exec(expression) ?? [];
	if (!start.endsWith('(')) return start === expression;
	return closingOf(expression, start.length)?.at === expression.length - 1;
}

/** The arguments of a call that begin at a position, and the position after the call; undefined if it does not end. */
function readArguments(text: string, from: number): { args: string[]; to: number } | undefined {
	const closing = closingOf(text, from);
	if (closing === undefined || !text.startsWith(')}}', closing.at)) return undefined;
	const starts = [from, ...closing.commas.map((comma) => comma + 1)];
	const ends = [...closing.commas, closing.at];
	const args = starts.map((start, i) => dropComments(text.slice(start, ends[i])).trim());
	return { args: args.length === 1 && args[0] === '' ? [] : args, to: closing.at + ')}}'.length };
}

const closingBrackets: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * The positions of the bracket that closes the parenthesis opened before `from`, and of the commas directly within it.
 * Undefined if brackets do not match, or if quoted text does not end.
 */
function closingOf(text: string, from: number): { at: number; commas: number[] } | undefined {
	const expected = [')'];
	const commas: number[] = [];
	const tokens = new RegExp(commentTextOrCharacter);
	tokens.lastIndex = from;
	for (let found = tokens.exec(text); found; found = tokens.exec(text)) {
		const [character, commentOrQuoted] = found;
		if (commentOrQuoted !== undefined) continue;
		if (/['"`]/.test(character)) return undefined;
		const closing = closingBrackets[character];
		if (closing !== undefined) expected.push(closing);
		else if (/[)\]}]/.test(character) && expected.pop() !== character) return undefined;
		if (expected.length === 0) return { at: found.index, commas };
		if (character === ',' && expected.length === 1) commas.push(found.index);
	}
	return undefined;
}

function dropComments(sql: string): string {
	return sql.replaceAll(new RegExp(commentOrText, 'g'), (token) => (/^(?:--|#|\/\*)/.test(token) ? ' ' : token));
}
