import { createHash } from 'node:crypto';
import { carryingOf, orderModelsOf, type Project, reportsOf } from '../../compile/compile.js';
import { isStored, type Model } from '../../compile/model.js';
import { viewDefinition } from '../../store/layout.js';
import { changedOrdersQuery, insertChangedOrders, insertOfOrders } from './order-sql.js';
import {
	asPublished,
	changedPartitionsQuery,
	everyVisitor,
	insertChanges,
	insertKept,
	insertRepeats,
	insertStatement,
	insertsOfVisitors,
	render,
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
					insertRepeats(0n, 'is_new', carrying, {}),
					insertChanges(0n, withNewEvents(0n, 'is_new'), project, {}),
					changedPartitionsQuery(carrying, 0n, { seen: 'is_seen', withSame: false }),
					insertKept(carrying, 0n, 'is_seen'),
				];
	return [...engine, ...ordersEngine(project), ...project.models.flatMap((model) => statementsOf(model, project))];
}

function ordersEngine(project: Project): string[] {
	const reports = reportsOf(project);
	return reports === undefined
		? []
		: [
				insertChangedOrders(0n, reports, {}, [], false),
				changedOrdersQuery(0n),
				...orderModelsOf(project).flatMap((model) => [
					insertKept(model, 0n, 'is_seen'),
					changedPartitionsQuery(model, 0n, { seen: 'is_seen', withSame: false }),
				]),
			];
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
	if (model.materialized.kind === 'incremental by order')
		return [undefined, []].map((days) => insertOfOrders(model, project, 0n, { days, next: {} }));
	const select = render(model.sql, project, (read, extent, sql) =>
		asPublished(read, {}, extent === 'all' ? 'all' : [], sql),
	);
	return [insertStatement(model, 0n, select)];
}
