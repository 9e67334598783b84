import type { Project } from '../compile/compile.js';
import type { Model } from '../compile/model.js';

/** The names of the selected models, or all faults of the selectors. */
export type Selection = { ok: true; names: ReadonlySet<string> } | { ok: false; faults: string[] };

/**
 * Resolves selectors to models. Several selectors select the models of each. Pure.
 *
 * - `sessions`; `sessions+` with all downstream models, `+sessions` with all upstream models, `2+sessions+1` with
 *   upstream models up to two steps and downstream models one step away
 * - `tag:shop`, `layer:marts`, with the same plus signs
 * - a comma within a selector: the models that all of its parts select
 *
 * @param selectors empty for all models
 * @param excluded selectors of models to leave out
 */
export function selectModels(project: Project, selectors: readonly string[], excluded: readonly string[]): Selection {
	const faults: string[] = [];
	const unionOf = (words: readonly string[]) => new Set(words.flatMap((word) => [...selected(project, word, faults)]));
	const chosen = selectors.length === 0 ? new Set(project.models.map(({ name }) => name)) : unionOf(selectors);
	const left = unionOf(excluded);
	if (faults.length > 0) return { ok: false, faults };
	return { ok: true, names: new Set([...chosen].filter((name) => !left.has(name))) };
}

function selected(project: Project, selector: string, faults: string[]): Set<string> {
	const sets = selector.split(',').map((part) => selectedByPart(project, part, faults));
	const [first = new Set<string>(), ...others] = sets;
	return new Set([...first].filter((name) => others.every((set) => set.has(name))));
}

function selectedByPart(project: Project, part: string, faults: string[]): Set<string> {
	const match = /^(?:(\d*)(\+))?([\w:]+?)(?:(\+)(\d*))?$/.exec(part);
	const [, up = '', hasUp, word = '', hasDown, down = ''] = match ?? [];
	const core = project.models.filter((model) => isSelected(model, word)).map(({ name }) => name);
	if (core.length === 0) {
		const known = project.models.map(({ name }) => name).join(', ');
		faults.push(
			`"${part}" selects no model; write a name, tag:NAME or layer:NAME, with + before it for upstream models and + after it for downstream models (models: ${known})`,
		);
	}
	const downstreamOf = (name: string) =>
		project.models.filter(({ reads }) => reads.includes(name)).map((model) => model.name);
	const upstreamOf = (name: string) => project.models.find((model) => model.name === name)?.reads ?? [];
	return new Set([
		...core,
		...(hasUp ? reach(core, upstreamOf, stepsOf(up)) : []),
		...(hasDown ? reach(core, downstreamOf, stepsOf(down)) : []),
	]);
}

const stepsOf = (digits: string) => (digits === '' ? Number.POSITIVE_INFINITY : Number(digits));

function isSelected({ name, tags, layer }: Model, word: string): boolean {
	if (word.startsWith('tag:')) return tags.includes(word.slice(4));
	if (word.startsWith('layer:')) return layer === word.slice(6);
	return name === word;
}

function reach(from: readonly string[], next: (name: string) => readonly string[], steps: number): Set<string> {
	const reached = new Set<string>();
	let front = [...from];
	for (let step = 0; step < steps && front.length > 0; step++) {
		front = front.flatMap(next).filter((name) => !reached.has(name));
		for (const name of front) reached.add(name);
	}
	return reached;
}
