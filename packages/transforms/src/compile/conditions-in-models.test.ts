import { conditionSql } from '@footfall/definitions';
import { arbitraryCondition, hostileTexts } from '@footfall/definitions/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandMacros } from './macros.js';
import {
	defaultParameters,
	onOneLine,
	referencesOf,
	replaceConstants,
	replaceReferences,
	replaceSources,
	sourceNames,
	strayBraces,
	withoutComments,
} from './model.js';

const hostile = fc.constantFrom(
	...hostileTexts,
	...sourceNames.map((name) => `{{${name}}}`),
	'{{list_max}}',
	'{{share(1)}}',
);

it('leaves the SQL of every condition as it is when it is a part of a model', () => {
	const own = hostile.map((text) => ({ kind: 'event', is: { op: 'equal', texts: [text, 'x'] } }) as const);
	fc.assert(
		fc.property(fc.oneof(arbitraryCondition, own), (condition) => {
			const sql = conditionSql(condition);
			const model = `SELECT ${sql} AS is_goal FROM {{stg_events}}`;
			expect(replaceConstants(model, defaultParameters)).toBe(model);
			expect(expandMacros('model', model, [])).toEqual({ text: model, faults: [] });
			expect(strayBraces(model)).toEqual([]);
			expect(replaceSources(model, 'true')).toBe(model);
			expect(referencesOf(model)).toEqual(['stg_events']);
			expect(replaceReferences(model, () => 'staged')).toBe(`SELECT ${sql} AS is_goal FROM staged`);
			expect(onOneLine(model)).toBe(model);
			expect(withoutComments(model)).toMatch(/^SELECT [^'\\{}]* AS is_goal FROM \{\{stg_events\}\}$/);
		}),
		{ numRuns: 1_000 },
	);
});
