import type { Materialization, Model } from './model.js';

/**
 * Groups the models of some kinds into levels that can be computed one after the other: the models of a level read only
 * models of earlier levels, or of other kinds. Pure.
 */
export function levelsOf(models: readonly Model[], kinds: readonly Materialization['kind'][]): Model[][] {
	const levels: Model[][] = [];
	const levelOf = new Map<string, number>();
	for (const model of models) {
		if (!kinds.includes(model.materialized.kind)) continue;
		const level = Math.max(-1, ...model.reads.map((name) => levelOf.get(name) ?? -1)) + 1;
		levelOf.set(model.name, level);
		levels[level] = [...(levels[level] ?? []), model];
	}
	return levels;
}
