import type { Condition } from '../conditions/condition.js';
import { conditionSql, textLiteral } from '../conditions/condition-sql.js';
import type { Definitions } from '../definitions.js';
import type { ValueFault } from './faults-of.js';
import { definitionLimits } from './limits.js';

/** A goal, a funnel or an experiment, with the size of its SQL. */
interface SqlPart {
	section: keyof Definitions;
	name: string;
	/** Bytes of the SQL of its conditions and sites. Each step of a funnel has both. */
	bytes: number;
}

/**
 * The sizes of the SQL that a run has for definitions. A goal has its condition again in every step and experiment that
 * names it, so that a short file can be a long statement. Pure.
 */
function sqlParts({ goals, funnels, experiments }: Definitions): SqlPart[] {
	const known = new Map<Condition, number>();
	const ofCondition = (condition: Condition) => {
		const bytes = known.get(condition) ?? byteLength(conditionSql(condition));
		known.set(condition, bytes);
		return bytes;
	};
	const ofSites = (sites: readonly string[] = []) =>
		sites.reduce((sum, site) => sum + byteLength(textLiteral(site)), 0);
	return [
		...goals.map(({ name, when, sites }) => part('goals', name, [ofCondition(when), ofSites(sites)])),
		...funnels.map(({ name, steps, sites }) =>
			part('funnels', name, [...steps.map(({ when }) => ofCondition(when)), steps.length * ofSites(sites)]),
		),
		...experiments.map(({ name, goal, sites }) => {
			const named = goals.find((one) => one.name === goal);
			const ofGoal = named === undefined ? [] : [ofCondition(named.when), ofSites(named.sites)];
			return part('experiments', name, [...ofGoal, ofSites(sites)]);
		}),
	];
}

const part = (section: keyof Definitions, name: string, bytes: readonly number[]): SqlPart => ({
	section,
	name,
	bytes: sumOf(bytes),
});

/** The fault of definitions whose SQL is larger than a run can have, at the largest part; undefined for none. Pure. */
export function sqlSizeFault(definitions: Definitions): ValueFault | undefined {
	const { sqlBytesMax } = definitionLimits;
	const parts = sqlParts(definitions);
	const bytes = sumOf(parts.map((one) => one.bytes));
	if (bytes <= sqlBytesMax) return undefined;
	const largest = parts.reduce((a, b) => (b.bytes > a.bytes ? b : a));
	const words =
		`the conditions and sites of all goals, steps and experiments are ${bytes} bytes of SQL, at most ${sqlBytesMax} are ` +
		`possible; most of them, ${largest.bytes}, are of "${largest.name}": give it fewer or shorter conditions, ` +
		'or name goals with long conditions in fewer steps';
	return { path: [largest.section, largest.name], isOfKey: true, words };
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);
const byteLength = (text: string) => new TextEncoder().encode(text).length;
