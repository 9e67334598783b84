import type { Condition } from './conditions/condition.js';

/** The goals, funnels and experiments of a site. */
export interface Definitions {
	goals: readonly Goal[];
	funnels: readonly Funnel[];
	experiments: readonly Experiment[];
}

/** An event that a site wants to happen. */
export interface Goal {
	/** Unique among the goals: a lower-case letter, then up to 63 lower-case letters, digits and underscores. */
	name: string;
	/** The name as a dashboard shows it. */
	title: string;
	/** The events that are conversions. */
	when: Condition;
	value: GoalValue;
	/** Keys of the sites that have the goal; undefined for all. */
	sites: readonly string[] | undefined;
}

/** The value of a conversion: none, the amount of the event, or a property of it that is a number. */
export type GoalValue = { kind: 'none' } | { kind: 'amount' } | { kind: 'property'; property: string };

/** Steps that visitors take in order within a time. */
export interface Funnel {
	/** Unique among the funnels, in the form of the name of a goal. */
	name: string;
	title: string;
	/** Time from the first step within which all others count, milliseconds: from 1 minute to 90 days. */
	windowMs: number;
	/** From 2 to 12. */
	steps: readonly FunnelStep[];
	/** Keys of the sites that have the funnel; undefined for all. */
	sites: readonly string[] | undefined;
}

/** A step of a funnel. */
export interface FunnelStep {
	title: string;
	when: Condition;
}

/** A comparison of variants by a goal. */
export interface Experiment {
	/** Unique among the experiments, in the form of the name of a goal. */
	name: string;
	title: string;
	/** Key in the column `exp` of events, whose value is the variant. */
	key: string;
	/** Name of a goal in the same definitions. */
	goal: string;
	/** Keys of the sites that have the experiment; undefined for all. */
	sites: readonly string[] | undefined;
}
