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
		['a call', '{{ratio(a, b)}} AS r', 'a / b AS r'],
		['an argument that is an expression', '{{ratio(a + 1, max(b, c))}}', '(a + 1) / (max(b, c))'],
		['two calls', '{{ratio(a, b)}} + {{ratio(c, d)}}', 'a / b + c / d'],
		['a call without arguments', '{{now_utc()}} AS at', "now('UTC') AS at"],
		['arguments over several lines', '{{ratio(\n    a,\n    b\n)}}', 'a / b'],
		['a reference to a model', 'FROM {{sessions}} WHERE {{wanted}}', 'FROM {{sessions}} WHERE {{wanted}}'],
	])('expands %s', (_, text, expected) => {
		expect(expand(text)).toEqual({ text: expected, faults: [] });
	});

	it.each([
		['an unknown macro', '{{ration(a, b)}}', 'my_model: {{ration(…)}} is not a macro; the macros are: ratio, now_utc'],
		['too few arguments', '{{ratio(a)}}', 'my_model: {{ratio(…)}} takes 2 arguments (part, whole), not 1'],
		['too many arguments', '{{now_utc(a)}}', 'my_model: {{now_utc(…)}} takes 0 arguments (), not 1'],
	])('refuses %s', (_, text, fault) => {
		expect(expand(text).faults).toEqual([fault]);
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
	])('refuses a file with %s', (_, text, fault) => {
		expect(readMacro('m', text)).toEqual({ ok: false, faults: [fault] });
	});
});
