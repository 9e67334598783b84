import { type FilterName, sessionAttributes } from '../../contract/session-attributes.js';

/**
 * SQL that groups sessions by each of several attributes, for which they are read once: the columns `dimension`, with
 * the name of an attribute, and `value`; and the keys of GROUP BY. Pure.
 */
export function attributeSets(names: readonly FilterName[]): { columns: string; groupBy: string } {
	const attributes = names.map((name) => ({ name, column: sessionAttributes[name].column }));
	/** An expression that chooses by attribute; the last one needs no condition. */
	const choice = (caseOf: (attribute: (typeof attributes)[number]) => [condition: string, value: string]) =>
		`multiIf(${attributes.flatMap(caseOf).toSpliced(-2, 1).join(', ')})`;
	return {
		columns: `${choice(({ name, column }) => [`grouping(${column}) = 0`, `'${name}'`])} AS dimension,
        ${choice(({ name, column }) => [`dimension = '${name}'`, column])} AS value`,
		groupBy: `GROUPING SETS (${attributes.map(({ column }) => `(${column})`).join(', ')})`,
	};
}
