import {
	conditionSql,
	type Definitions,
	type Funnel,
	type Goal,
	type GoalValue,
	numberPattern,
	textLiteral,
} from '@footfall/definitions';
import { type ListItem, listWhere, rows, siteSql, sitesSql } from './definition-sql.js';
import { typeMacros } from './session-attributes.js';

/**
 * Texts that models write in double braces for what a site's people have defined: the goals and the steps of funnels of
 * an event, in `stg_events`, and the lists of them for readers. Their types do not depend on the definitions, so that
 * other definitions change the rows of tables, and never their structure.
 */

/**
 * Goals that an event reaches, as numbers, since these are grouped several times faster than texts: `key` has the
 * number of the goal in its upper 32 bits, from 1 in the order of the definitions, and the code of the currency in the
 * lower ones. Other definitions are a rebuild, so that the numbers in published rows are those of the definitions.
 */
const eventGoalsType = 'Array(Tuple(key UInt64, value Decimal(18, 4)))';
/** Goals that the events of a visit reach. */
const goalSumsType = 'Array(Tuple(key UInt64, conversions UInt64, value Decimal(38, 4)))';
/** The same for readers, by name. Few names repeat in all sessions, so that a reader of them compares numbers. */
const goalsType =
	'Array(Tuple(goal LowCardinality(String), currency LowCardinality(String), conversions UInt64, value Decimal(38, 4)))';
/** Goals that the sessions of a day reached, for readers. */
const goalCountsType = 'Array(Tuple(goal LowCardinality(String), sessions UInt64, conversions UInt64))';
/**
 * Funnels of which an event is a step, each as the number of the funnel in the upper 16 bits, and the steps that the
 * event is in the lower ones, where bit N - 1 stands for step N.
 */
const eventStepsType = 'Array(UInt32)';
/** Steps of funnels that the events of a visit are. */
const funnelHitsType = `Array(Tuple(at DateTime64(3, 'UTC'), event_id UUID, funnels ${eventStepsType}))`;

/** A hit of one funnel. No name is that of a further column of `int_visits`, which a run would then read. */
const hitType =
	'Tuple(ms Int64, event_id UUID, step_bits UInt16, day Date, session_started_ms Int64, is_recomputed Bool, is_counted Bool)';

/** @param definitions of all sites */
export const definitionMacros = (definitions: Definitions): Record<string, string> => ({
	'definitions.json': textLiteral(JSON.stringify(definitions)),
	...goalMacros(definitions.goals),
	...funnelMacros(definitions.funnels),
});

const goalMacros = (goals: readonly Goal[]): Record<string, string> => ({
	'definitions.event_goals_type': eventGoalsType,
	'definitions.goal_sums_type': goalSumsType,
	...typeMacros('definitions.goals', goalsType),
	'definitions.goal_counts_type': goalCountsType,
	'definitions.event_goals': listWhere(goals.map(goalOfEvent), eventGoalsType),
	'definitions.has_goals': String(goals.length > 0),
	'definitions.goal_names': `[${["''", ...goals.map(({ name }) => textLiteral(name))].join(', ')}]`,
	'definitions.goal_rows': rows(goals.map(goalRow), 'goal String, title String, value String, sites Array(String)'),
});

const funnelMacros = (funnels: readonly Funnel[]): Record<string, string> => {
	const levels = Array.from({ length: Math.max(1, ...funnels.map(({ steps }) => steps.length)) }, (_, i) => i + 1);
	const windowMsMax = Math.max(0, ...funnels.map(({ windowMs }) => windowMs));
	return {
		'definitions.event_steps_type': eventStepsType,
		'definitions.funnel_hits_type': funnelHitsType,
		...typeMacros('definitions.hit', hitType),
		'definitions.event_steps': `CAST(arrayFilter(code -> code % 65536 != 0, [${funnels.map(stepsOfEvent).join(', ')}]), '${eventStepsType}')`,
		'definitions.has_funnels': String(funnels.length > 0),
		'definitions.funnel_names': `[${["''", ...funnels.map(({ name }) => textLiteral(name))].join(', ')}]`,
		'definitions.funnel_windows': `[${[0, ...funnels.map(({ windowMs }) => windowMs)].map((ms) => `toInt64(${ms})`).join(', ')}]`,
		'definitions.funnel_levels': [lastLevelSql(levels.length), ...levels.toReversed().map(levelSql)].join(' '),
		'definitions.funnel_levels_end': ')'.repeat(levels.length + 1),
		'definitions.reached_steps': levels.map(reachedSql).join(', '),
		'definitions.window_days_max': String(Math.ceil(windowMsMax / 86_400_000)),
		'definitions.funnel_rows': rows(
			funnels.flatMap(stepRows),
			'funnel String, title String, step UInt8, step_title String, steps UInt8, window_ms UInt64, sites Array(String)',
		),
	};
};

const goalOfEvent = ({ value, when, sites }: Goal, i: number): ListItem => ({
	tuple: `(toUInt64(${(BigInt(i + 1) << 32n).toString()}) + reinterpretAsUInt32(toString(currency)), ${valueSql(value)})`,
	condition: siteSql(sites, conditionSql(when)),
});

function stepsOfEvent({ steps, sites }: Funnel, i: number): string {
	const bits = steps.map(({ when }, step) => `if(${conditionSql(when)}, ${2 ** step}, 0)`).join(' + ');
	return `${(i + 1) * 65_536} + ${sites === undefined ? bits : `if(${siteSql(sites, 'true')}, ${bits}, 0)`}`;
}

/** Values beyond this are not counted, like amounts, see `stg_events`. */
const valueMax = 1_000_000_000;

function valueSql(value: GoalValue): string {
	if (value.kind === 'none') return 'toDecimal64(0, 4)';
	if (value.kind === 'amount') return 'amount';
	const text = `props[${textLiteral(value.property)}]`;
	const number = `toDecimal64OrZero(${text}, 4)`;
	return `if(match(${text}, ${textLiteral(numberPattern)}) AND abs(${number}) <= ${valueMax}, ${number}, toDecimal64(0, 4))`;
}

const goalRow = ({ name, title, value, sites }: Goal) =>
	`(${textLiteral(name)}, ${textLiteral(title)}, ${textLiteral(value.kind === 'property' ? value.property : value.kind)}, ${sitesSql(sites)})`;

const stepRows = ({ name, title, steps, windowMs, sites }: Funnel) =>
	steps.map(
		(step, i) =>
			`(${textLiteral(name)}, ${textLiteral(title)}, ${i + 1}, ${textLiteral(step.title)}, ${steps.length}, ${windowMs}, ${sitesSql(sites)})`,
	);

/**
 * The beginning of a subquery that adds columns to the list `near` of the hits of a visitor in order of time, for one
 * day of first steps:
 *
 * - `starts_N`: where the hit reaches step N, the time of the latest first step from which it does; else 0
 * - `first_N` for the step before: the index of the first hit that reaches it; 0 for none
 *
 * The latest first step before a hit leaves the most of the window, so that no other needs to be looked at. Times are
 * milliseconds plus 1, so that 0 is none. No lambda reads another list of the row, which ClickHouse would copy for each
 * element. Each step is a subquery, and `first_N` is in the next one, since ClickHouse plans an alias anew wherever it
 * stands.
 */
function levelSql(step: number): string {
	const before = `arrayFill(start -> start != 0, starts_${step - 1})`;
	const starts =
		step === 1
			? 'arrayMap(hit -> if(bitTest(hit.step_bits, 0) AND hit.day = started_on, hit.ms + 1, 0), near)'
			: `arrayMap((hit, start) -> if(bitTest(hit.step_bits, ${step - 1}) AND start != 0 AND hit.ms + 1 - start <= window_ms, start, 0), near, arrayPopBack(arrayPushFront(${before}, 0)))`;
	const first = step === 1 ? '' : `, ${firstSql(step - 1)}`;
	return `(SELECT *, CAST(${starts}, 'Array(Int64)') AS starts_${step}${first} FROM`;
}

/** The beginning of a subquery that adds `first_N` of the last step. */
const lastLevelSql = (steps: number): string => `(SELECT *, ${firstSql(steps)} FROM`;

const firstSql = (step: number): string => `arrayFirstIndex(start -> start != 0, starts_${step}) AS first_${step}`;

/** The first hit that reaches a step, with the time since the step before it on the way from the same first step. */
function reachedSql(step: number): string {
	const since =
		step === 1 ? '0' : `near[first_${step}].ms - near[indexOf(starts_${step - 1}, starts_${step}[first_${step}])].ms`;
	return `(${step}, near[first_${step}], ${since})`;
}
