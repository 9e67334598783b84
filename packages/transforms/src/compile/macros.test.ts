import { describe, expect, it } from 'vitest';
import { expandMacros, type Macro, readMacro } from './macros.js';

const macroOf = (name: string, text: string): Macro => {
	const read = readMacro(name, text);
	if (!read.ok) throw new Error(read.faults.join('\n'));
	return read.macro;
};
const ratio = macroOf('ratio', '-- @description A part of a whole.\n-- @parameters part, whole\n$part / $whole\n');
const now = macroOf('now_utc', "-- @description This moment.\nnow('UTC')\n");
const expand = (text: string) => expandMacros('my_model', text, [ratio, now]);

describe('expandMacros', () => {
	it.each([
		['a call', '{{ratio(a, b)}} AS r', '(a / b) AS r'],
		['an argument that is an expression', '{{ratio(a + 1, max(b, c))}}', '((a + 1) / (max(b, c)))'],
		['two calls', '{{ratio(a, b)}} + {{ratio(c, d)}}', '(a / b) + (c / d)'],
		['a call without arguments', '{{now_utc()}} AS at', "now('UTC') AS at"],
		['arguments over several lines', '{{ratio(\n    a,\n    b\n)}}', '(a / b)'],
		['a call within an argument', '{{ratio({{ratio(a, b)}}, {{now_utc()}})}}', "(((a / b)) / (now('UTC')))"],
		['quoted text with commas and brackets', `{{ratio(f(a, ',)}'), "b)")}}`, `((f(a, ',)}')) / ("b)"))`],
		['quoted text with a quotation mark', `{{ratio('it\\'s)', b)}}`, `(('it\\'s)') / b)`],
		['an argument with commas in brackets', '{{ratio([a, b][1], (c, d).1)}}', '(([a, b][1]) / ((c, d).1))'],
		['arguments with comments', "{{ratio(a, -- isn't (used\n b /* , */)}}", '(a / b)'],
		['a call after a comment that shows half of one', '-- {{ratio(a\n{{ratio(a, b)}}', '-- {{ratio(a\n(a / b)'],
		['nothing in quoted text', "'{{ratio(a, b)}}'", "'{{ratio(a, b)}}'"],
		['a factor as a whole', 'a * {{ratio(b, c)}}', 'a * (b / c)'],
		['a reference to a model', 'FROM {{sessions}} WHERE {{wanted}}', 'FROM {{sessions}} WHERE {{wanted}}'],
	])('expands %s', (_, text, expected) => {
		expect(expand(text)).toEqual({ text: expected, faults: [] });
	});

	it.each([
		['an unknown macro', '{{ration(a, b)}}', 'my_model: {{ration(…)}} is not a macro; the macros are: ratio, now_utc'],
		['too few arguments', '{{ratio(a)}}', 'my_model: {{ratio(…)}} takes 2 arguments (part, whole), not 1'],
		['too many arguments', '{{now_utc(a)}}', 'my_model: {{now_utc(…)}} takes 0 arguments (), not 1'],
		[
			'an empty argument',
			'{{ratio(a, )}}',
			'my_model: {{ratio(…)}} has no expression for its argument whole; write one',
		],
		[
			'an unknown macro within an argument',
			'{{ratio(a, {{ration(b)}})}}',
			'my_model: {{ration(…)}} is not a macro; the macros are: ratio, now_utc',
		],
	])('refuses %s', (_, text, fault) => {
		expect(expand(text).faults).toEqual([fault]);
	});

	it.each([
		['no closing parenthesis', '{{ratio(a, b AS r'],
		['no closing braces', '{{ratio(a, b) AS r'],
		['a closing bracket of another kind', '{{ratio(a, b])}}'],
		['quoted text that does not end', "{{ratio('a, b)}}"],
	])('refuses a call with %s, and expands the calls after it', (_, text) => {
		const { text: expanded, faults } = expand(`SELECT ${text}\nFROM (SELECT {{now_utc()}})`);
		expect(faults).toEqual([
			'my_model: the call {{ratio( does not end; end it with )}}, and close every bracket and quotation mark in it',
		]);
		expect(expanded).toContain("now('UTC')");
	});
});

describe('readMacro', () => {
	it.each([
		['no description', '-- @parameters a\n$a\n', 'macro m: the header needs one @description'],
		['an unused parameter', '-- @description D.\n-- @parameters a, b\n$a\n', 'macro m: its expression does not use $b'],
		[
			'an undeclared parameter',
			'-- @description D.\n-- @parameters a\n$a + $b\n',
			'macro m: $b is not one of its @parameters: a',
		],
		['no expression', '-- @description D.\n', 'macro m: the expression is missing; write it below the header'],
		['the same parameter twice', '-- @description D.\n-- @parameters a, a\n$a\n', 'macro m: @parameters has a twice'],
		[
			'a call of another macro',
			'-- @description D.\n-- @parameters a\n{{other($a)}}\n',
			'macro m: a macro cannot call {{other(…)}}; write out its expression instead',
		],
	])('refuses a file with %s', (_, text, fault) => {
		expect(readMacro('m', text)).toEqual({ ok: false, faults: [fault] });
	});

	it('keeps quoted text with a dollar sign, and drops comments', () => {
		const text = "-- @description D.\n-- @parameters a\nmatch($a, '^x$a') -- of the path\n";
		const macro = macroOf('m', text);
		expect(expandMacros('my_model', '{{m(path)}} AS is_x', [macro])).toEqual({
			text: "match(path, '^x$a') AS is_x",
			faults: [],
		});
	});
});
