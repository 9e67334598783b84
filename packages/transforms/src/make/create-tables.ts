import { isStored } from '../compile/model.js';
import { createRunsView, leftOutViewStatement, runsViewOf, tableOf, tableStatements } from '../store/layout.js';
import { leftOutTable, upgradeLeftOutTable } from '../store/left-out.js';
import { checkViews, staleViews, turnViews } from '../store/views.js';
import type { Job } from './start.js';

/**
 * Creates the tables that are missing, and checks the views that the run will replace. Readers of a published run keep
 * their views until the next one is published.
 *
 * @throws RunFault when ClickHouse refuses a view
 */
export async function createTables({ warehouse, project, state, present, plan }: Job): Promise<void> {
	// A run that is not a rebuild follows one of these models, which has upgraded the table.
	if (plan.kind === 'rebuild' && present.has(leftOutTable)) await upgradeLeftOutTable(warehouse);
	const { name, statement } = leftOutViewStatement;
	for (const [table, create] of [...tableStatements(project), [name, statement] as const])
		if (!present.has(table)) await warehouse.command(create);
	for (const model of project.models) {
		const runsView = runsViewOf(tableOf(model));
		if (isStored(model) && !present.has(runsView)) await warehouse.command(createRunsView(model));
	}
	await checkViews(warehouse, project, staleViews(project, present));
	// Before the first run the marts exist, and they are empty.
	if (state.published === undefined) await turnViews(warehouse, project, present);
}
