import type { Warehouse } from '@footfall/warehouse';
import { type Project, withOwn } from '../compile/project.js';
import { ownStatesOf } from '../make/start.js';
import { heldByViews, ownManifest } from '../plan/own.js';
import { nextRun, type RunState } from '../plan/plan.js';
import { areOwnViewsCurrent, turnOwnViews } from '../store/own-views.js';
import { publish } from '../store/runs/publish.js';
import { completeViews, needsViews, type Present } from '../store/views.js';

/** The reason of a record that a run publishes after it, when ClickHouse has refused views of own models. */
export const viewsRefused = 'views of own models refused';

/** Whether views are missing, or show other models than the published ones. Pure. */
export const needsAnyViews = (state: RunState, project: Project, present: Present): boolean =>
	needsViews(state.published, project, present) ||
	(state.published?.models === project.checksum && !areOwnViewsCurrent(withOwn(project), ownStatesOf(state), present));

/** Completes the views where the run that published them has died, and holds own models whose views are refused. */
export async function turnPublishedViews(
	warehouse: Warehouse,
	project: Project,
	state: RunState,
	present: Present,
): Promise<void> {
	const { published, nowUs } = state;
	await completeViews(warehouse, project, published, present);
	const states = ownStatesOf(state);
	const refused = await turnOwnViews(warehouse, withOwn(project), states, present);
	if (refused.size === 0 || published?.judged.own === undefined) return;
	const before = { states, manifest: ownManifest(published.manifest, states) };
	const held = heldByViews({ states, next: before.manifest }, refused, project.own.models, before, nowUs);
	const judged = { ...published.judged, own: { ...published.judged.own, states: held.states } };
	await publish(warehouse, { ...published, run: nextRun(state), judged }, { why: viewsRefused });
}
