import { createHash } from 'node:crypto';
import { carryingOf, type Project, reportsOf } from '../../compile/compile.js';
import { isStored, type Model } from '../../compile/model.js';
import { viewDefinition } from '../../store/layout.js';
import {
	insertChangedOrders,
	insertOfOrders,
	kindsQuery,
	listQuery,
	ordersInTable,
	selectChangedOrders,
	summaryQuery,
} from './order-sql.js';
import {
	changedPartitionsQuery,
	everyVisitor,
	insertChanges,
	insertKept,
	insertRepeats,
	insertStatement,
	insertsOfVisitors,
	mayRepeatQuery,
	selectFromPublished,
	withNewEvents,
} from './run-sql.js';

/**
 * Checksum of the statements that the engine makes from the models. A published run records it: marts that another
 * engine has computed by other rules are rebuilt, even if the model files are the same. Pure.
 */
export function renderedChecksum(project: Project): string {
	const known = checksums.get(project);
	if (known !== undefined) return known;
	const checksum = createHash('sha256').update(renderedStatements(project).join('\n')).digest('hex').slice(0, 16);
	checksums.set(project, checksum);
	return checksum;
}

const checksums = new WeakMap<Project, string>();

/** The statements of a rebuild and of an incremental run, with placeholders for what differs between runs. */
export function renderedStatements(project: Project): string[] {
	const carrying = project.models.some(({ carries }) => carries !== undefined) ? carryingOf(project) : undefined;
	const engine =
		carrying === undefined
			? []
			: [
					mayRepeatQuery('is_new', carrying, {}),
					insertRepeats(0n, 'is_new', carrying, {}),
					insertChanges(0n, withNewEvents(0n, 'is_new'), project, {}),
					changedPartitionsQuery(carrying, 0n, { seen: 'is_seen', withSame: false }),
					insertKept(carrying, 0n, 'is_seen'),
				];
	return [...engine, ...ordersEngine(project), ...project.models.flatMap((model) => statementsOf(model, project))];
}

function ordersEngine(project: Project): string[] {
	const reports = reportsOf(project);
	if (reports === undefined) return [];
	const causes = { reports, published: {}, changed: [], followed: [{ from: 0, to: 0 }], withSame: false };
	const select = selectChangedOrders(project, 0n, causes);
	return [kindsQuery(project, 0n, reports), listQuery(select), insertChangedOrders(0n, select), summaryQuery(0n)];
}

function statementsOf(model: Model, project: Project): string[] {
	if (model.materialized.kind === 'view') return [viewDefinition(model, project)];
	if (!isStored(model) || model.materialized.kind === 'incremental by visitor') {
		const parts = { range: everyVisitor, leftOut: 0n, present: 'is_present' };
		const changed = { ...parts, published: {}, isNew: 'is_new', hasReread: true, hasRepeats: true, days: [] };
		return [
			...insertsOfVisitors(model, project, 0n, { kind: 'all', ...parts }),
			...insertsOfVisitors(model, project, 0n, { kind: 'changed', ...changed }),
		];
	}
	if (model.materialized.kind === 'incremental by order') {
		const change = { among: ordersInTable(0n), days: [] };
		const idle = new Set<string>();
		return [
			insertOfOrders(model, project, 0n, { change: undefined, idle, next: {} }),
			insertOfOrders(model, project, 0n, { change, idle, next: {} }, 'is_seen'),
		];
	}
	const next = Object.fromEntries(model.reads.map((name) => [name, [{ from: 0, to: 0, run: 0n }]]));
	return [insertStatement(model, 0n, selectFromPublished(model, project, next, [{ from: 0, to: 0 }]))];
}
