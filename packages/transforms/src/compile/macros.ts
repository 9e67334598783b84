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

/**
 * Reads a macro file: `-- @description text`, `-- @parameters names with commas`, then one SQL expression, in which
 * every parameter stands with a `$` before it. Pure.
 */
export function readMacro(name: string, text: string): ReadMacro {
	const header = (key: string) => new RegExp(`^-- @${key} (.+)$`, 'm').exec(text)?.[1]?.trim();
	const description = header('description');
	const parameters = (header('parameters') ?? '').split(/\s*,\s*/).filter((parameter) => parameter !== '');
	const sql = text.replaceAll(/^--.*\n/gm, '').trim();
	const used = new Set([...sql.matchAll(/\$(\w+)/g)].map(([, parameter = '']) => parameter));
	const faults = [
		...(description === undefined ? [`macro ${name}: the header needs one @description`] : []),
		...parameters
			.filter((each) => !used.has(each))
			.map((each) => `macro ${name}: its expression does not use $${each}`),
		...[...used]
			.filter((each) => !parameters.includes(each))
			.map(
				(each) => `macro ${name}: $${each} is not one of its @parameters: ${parameters.join(', ') || 'there are none'}`,
			),
	];
	return faults.length > 0
		? { ok: false, faults }
		: { ok: true, macro: { name, parameters, description: description as string, sql } };
}

/**
 * Replaces the calls of macros, `{{name(argument, argument)}}`, by their expressions. An argument is an SQL expression.
 * Pure.
 *
 * @param file the name for faults
 */
export function expandMacros(file: string, text: string, macros: readonly Macro[]): { text: string; faults: string[] } {
	const faults: string[] = [];
	let expanded = '';
	let rest = text;
	for (let call = callIn(rest); call; call = callIn(rest)) {
		expanded += rest.slice(0, call.from);
		const macro = macros.find(({ name }) => name === call?.name);
		const given = call.args.length;
		if (macro === undefined) {
			const known = macros.map(({ name }) => name).join(', ') || 'none';
			faults.push(`${file}: {{${call.name}(…)}} is not a macro; the macros are: ${known}`);
		} else if (given !== macro.parameters.length) {
			const needed = `${macro.parameters.length} arguments (${macro.parameters.join(', ')})`;
			faults.push(`${file}: {{${call.name}(…)}} takes ${needed}, not ${given}`);
		} else expanded += expressionOf(macro, call.args);
		rest = rest.slice(call.to);
	}
	return { text: expanded + rest, faults };
}

function expressionOf({ parameters, sql }: Macro, args: readonly string[]): string {
	return sql.replaceAll(/\$(\w+)/g, (_, parameter: string) => {
		const argument = args[parameters.indexOf(parameter)] as string;
		return /^\w+$/.test(argument) ? argument : `(${argument})`;
	});
}

interface Call {
	name: string;
	args: string[];
	/** Position of its first character. */
	from: number;
	/** Position after its last character. */
	to: number;
}

/** The first call of a macro; undefined when there is none, or when its parentheses are not closed. */
function callIn(text: string): Call | undefined {
	const start = /\{\{(\w+)\(/.exec(text);
	if (!start) return undefined;
	const args = [''];
	let depth = 1;
	for (let at = start.index + start[0].length; at < text.length; at++) {
		const character = text[at] as string;
		if ('([{'.includes(character)) depth++;
		else if (')]}'.includes(character)) depth--;
		if (depth === 0) {
			if (!text.startsWith(')}}', at)) return undefined;
			const given = args.map((each) => each.trim());
			return {
				name: start[1] as string,
				args: given.length === 1 && given[0] === '' ? [] : given,
				from: start.index,
				to: at + 3,
			};
		}
		if (character === ',' && depth === 1) args.push('');
		else args[args.length - 1] += character;
	}
	return undefined;
}
