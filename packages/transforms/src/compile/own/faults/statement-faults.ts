import { isStored, type Model } from '../../model.js';
import { placedTokens } from '../../sql-queries.js';
import { formFaults } from './form-faults.js';
import { functionFaults } from './function-faults.js';
import { limitFaults, rowFaults } from './row-faults.js';
import { namedTables, tableFaults } from './table-faults.js';

/**
 * Finds statements of own models that a run cannot keep up to date, or that would leave the bounds of a run. The rows
 * of a stored model must depend on its upstream rows alone, and not on the time, on other tables, or on the order in
 * which ClickHouse reads rows: an incremental run would otherwise give other rows than a rebuild. Pure.
 */
export function statementFaults(model: Model): string[] {
	const form = formFaults(model.sql);
	// The places of tokens are known only where brackets match.
	if (form.length > 0) return form;
	const tokens = placedTokens(model.sql);
	if (!isStored(model)) return secretFaults(tokens);
	return [...functionFaults(tokens, 'a stored model'), ...rowFaults(model, tokens), ...tableFaults(tokens)];
}

/** Tables of the engine that not even a view may read: one of them has the key of hashes. */
const secretFaults = (tokens: ReturnType<typeof placedTokens>): string[] =>
	namedTables(tokens)
		.filter(({ name }) => /(?:^|\.)transform_\w+$/i.test(name))
		.map(({ name }) => `a model cannot read \`${name}\`, which is a table of the engine; read a model as {{name}}`);

/** The faults of the statement of an own data test, which must have the same result whenever it runs. Pure. */
export function testStatementFaults(sql: string): string[] {
	const form = formFaults(sql);
	if (form.length > 0) return form;
	const tokens = placedTokens(sql);
	const kind = { materialized: { kind: 'incremental by partition' }, partition: 'day' } as const;
	return [
		...functionFaults(tokens, 'a data test'),
		...limitFaults(kind, tokens).map((words) => words.replace('a stored model', 'a data test')),
		...tableFaults(tokens, 'a data test'),
	];
}
