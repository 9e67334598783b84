import { defaultDefinitions } from '@footfall/definitions';
import { expect, it } from 'vitest';
import { experimentMacros } from './experiment-macros.js';

it('computes nothing without experiments', () => {
	const { 'definitions.experiment_rows': rows, ...macros } = experimentMacros(defaultDefinitions);
	const lists = Object.entries(macros).filter(([name]) => /event_(exp|conv)\w*s$|_of_/.test(name));
	expect(lists.map(([name]) => name)).toHaveLength(6);
	expect(macros['definitions.has_experiments']).toBe('false');
	for (const [name, sql] of lists)
		expect(`${name} ${sql}`).toMatch(/^\S+ CAST\(\[\], '[^()]*(\([^()]*(\([^()]*\))?\)\))?'\)$/);
	expect(rows).toContain('CAST([]');
});

it('quotes keys, and joins the sites of an experiment with those of its goal', () => {
	const [goal] = defaultDefinitions.goals;
	const macros = experimentMacros({
		...defaultDefinitions,
		goals: [{ ...(goal as NonNullable<typeof goal>), sites: ['shop', 'blog'] }],
		experiments: [{ name: 'one', title: "It's", key: "a'b", goal: 'checkout', sites: ['shop'] }],
	});
	expect(macros['definitions.event_exposures']).toContain(
		"if(site IN ('shop') AND (exp['a\\x27b'] != ''), [(1, leftUTF8(exp['a\\x27b'], 100))], [])",
	);
	expect(macros['definitions.event_conversions']).toContain("site IN ('shop') AND (site IN ('shop', 'blog') AND (");
	expect(macros['definitions.experiment_names']).toBe("['', 'one']");
});
