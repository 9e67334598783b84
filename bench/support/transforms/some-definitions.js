import { defaultDefinitions } from '@footfall/definitions';

const is = (kind, text) => ({ kind, is: { op: 'equal', texts: [text] } });
const all = (...conditions) => ({ kind: 'and', conditions });
const onPage = (...patterns) => ({ kind: 'page', patterns });

/** Conditions of all kinds, which some of the events of the history fulfil. */
const conditions = [
	is('event', 'click'),
	onPage('/product/*', '/products/**'),
	all(is('event', 'view'), is('object', 'page'), {
		kind: 'property',
		property: 'plan',
		is: { op: 'exists', exists: false },
	}),
	all(is('event', 'click'), { kind: 'amount', is: { op: 'greater', number: 20 } }),
	{ kind: 'property', property: 'plan', is: { op: 'equal', texts: ['pro', 'team'] } },
	all(is('event', 'view'), { kind: 'source', sources: ['page'] }),
	{ kind: 'not', condition: is('event', 'view') },
];

/**
 * Goals and funnels beside those of a shop.
 *
 * @param {number} count number of goals; there are half as many funnels, of 3 to 5 steps within an hour to 30 days
 */
export function someDefinitions(count) {
	const conditionOf = (i) => conditions[i % conditions.length];
	const goals = Array.from({ length: count }, (_, i) => ({
		name: `goal_${i}`,
		title: `Goal ${i}`,
		when: conditionOf(i),
		value: i % 2 === 0 ? { kind: 'none' } : { kind: 'amount' },
		sites: undefined,
	}));
	const funnels = Array.from({ length: count >> 1 }, (_, i) => ({
		name: `funnel_${i}`,
		title: `Funnel ${i}`,
		windowMs: [3_600_000, 86_400_000, 30 * 86_400_000][i % 3],
		steps: Array.from({ length: 3 + (i % 3) }, (__, step) => ({ title: `Step ${step}`, when: conditionOf(i + step) })),
		sites: undefined,
	}));
	return {
		goals: [...defaultDefinitions.goals, ...goals],
		funnels: [...defaultDefinitions.funnels, ...funnels],
		experiments: [],
	};
}
