import type { Model, Refresh } from './model.js';

/** Models of these kinds in rounds: each reads only models of rounds before, or of other kinds. Pure. */
export function levelsOf(models: readonly Model[], kinds: readonly Refresh['kind'][]): Model[][] {
	const levels: Model[][] = [];
	const levelOf = new Map<string, number>();
	for (const model of models) {
		if (!kinds.includes(model.refresh.kind)) continue;
		const level = Math.max(-1, ...model.reads.map((name) => levelOf.get(name) ?? -1)) + 1;
		levelOf.set(model.name, level);
		levels[level] = [...(levels[level] ?? []), model];
	}
	return levels;
}
