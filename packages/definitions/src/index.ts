export type {
	Condition,
	ConditionEvent,
	NumberComparison,
	PropertyComparison,
	Source,
	TextComparison,
} from './condition.js';
export { conditionSql } from './condition-sql.js';
export { defaultDefinitions } from './default-definitions.js';
export type { Definitions, Experiment, Funnel, FunnelStep, Goal, GoalValue } from './definitions.js';
export { definitionsSchema } from './definitions-schema.js';
export { conditionJson } from './grammar/condition-json.js';
export { definitionLimits } from './grammar/limits.js';
export { matches } from './matches.js';
export { type DefinitionFault, parseDefinitions } from './parse-definitions.js';
