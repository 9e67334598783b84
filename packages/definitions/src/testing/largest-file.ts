import { conditionSql } from '../conditions/condition-sql.js';
import { conditionOf } from '../grammar/condition-of.js';
import type { ConditionJson } from '../grammar/condition-schema.js';
import { definitionLimits } from '../grammar/limits.js';

const { experimentsMax, funnelsMax, goalsMax, sqlBytesMax, stepsMax, textLengthMax } = definitionLimits;

/**
 * The text of a file with as many goals, funnels, steps and experiments as there can be, whose SQL has as many bytes as
 * possible.
 *
 * @param comparison conditions of which goals consist, by a number from 0; with few bytes
 * @param moreBytes bytes beyond those that are possible. @default 0
 */
export function largestFile(comparison: (i: number) => ConditionJson, moreBytes = 0): string {
	const goals = Array.from({ length: goalsMax - 1 }, (): ConditionJson[] => []);
	const usesOf = (goal: number) => places.filter((one) => one === goal).length;
	let left = sqlBytesMax + moreBytes;
	for (let i = 0; ; i++) {
		const goal = i % goals.length;
		const one = comparison(i);
		const bytes = (sqlLength(one) + ' OR '.length) * usesOf(goal);
		// Something is left for the padding, which has at least one comparison, and for parentheses.
		if (left - bytes < places.length * 2 + 500) break;
		left -= bytes;
		goals[goal]?.push(one);
	}
	const conditions = goals.map((or): ConditionJson => ({ or }));
	const bytes = places.reduce((sum, goal) => sum + sqlLength(conditions[goal] as ConditionJson), 0);
	return JSON.stringify({
		goals: {
			...named(goalsMax - 1, 'goal', (i) => ({ when: conditions[i] })),
			padding: { when: padding(sqlBytesMax + moreBytes - bytes) },
		},
		funnels: named(funnelsMax, 'funnel', (funnel) => ({
			within: '90d',
			steps: Array.from({ length: stepsMax }, (_, step) => `goal_${places[goalsMax - 1 + funnel * stepsMax + step]}`),
		})),
		experiments: named(experimentsMax, 'experiment', (i) => ({
			key: `key ${i}`,
			goal: `goal_${places[goalsMax - 1 + funnelsMax * stepsMax + i]}`,
		})),
	});
}

/** Goals of which the condition stands in goals, in steps and in experiments. */
const places = Array.from(
	{ length: goalsMax - 1 + funnelsMax * stepsMax + experimentsMax },
	(_, place) => place % (goalsMax - 1),
);

const sqlLength = (condition: ConditionJson) => conditionSql(conditionOf(condition)).length;

const named = (length: number, word: string, entry: (i: number) => unknown) =>
	Object.fromEntries(Array.from({ length }, (_, i) => [`${word}_${i}`, entry(i)]));

/** A condition with exactly so many bytes of SQL. */
function padding(bytes: number): ConditionJson {
	const some = (texts: readonly string[]): ConditionJson => ({
		or: texts.map((contains) => ({ objectId: { contains } })),
	});
	const count = Math.ceil(bytes / textLengthMax) + 1;
	const left = bytes - sqlLength(some(Array<string>(count).fill('')));
	return some(
		Array.from({ length: count }, (_, i) => 'x'.repeat(Math.floor(left / count) + (i < left % count ? 1 : 0))),
	);
}
