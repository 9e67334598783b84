export { numberPattern } from './conditions/comparable.js';
export type {
	Condition,
	ConditionEvent,
	NumberComparison,
	PropertyComparison,
	Source,
	TextComparison,
} from './conditions/condition.js';
export { conditionSql, textLiteral } from './conditions/condition-sql.js';
export { matches } from './conditions/matches.js';
export { defaultDefinitions } from './default-definitions.js';
export type { Definitions, Experiment, Funnel, FunnelStep, Goal, GoalValue } from './definitions.js';
export { definitionsSchema } from './definitions-schema.js';
export { conditionJson } from './grammar/condition-json.js';
export { definitionLimits } from './grammar/limits.js';
export { conversionsOf, type NamedEvent, namedEvents } from './named-events.js';
export { type DefinitionFault, parseDefinitions } from './parse-definitions.js';
