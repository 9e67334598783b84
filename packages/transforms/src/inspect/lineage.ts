import type { Project } from '../compile/compile.js';
import { readsEvents } from '../compile/model.js';

/** The lineage of the models as text, as Mermaid and as a drawing. All functions of this file are pure. */

/** The raw table. It is not a model, and upstream of all models. */
const source = 'events';

interface Edge {
	from: string;
	to: string;
}

function edgesOf(project: Project): Edge[] {
	return project.models.flatMap((model) => [
		...(readsEvents(model) ? [{ from: source, to: model.name }] : []),
		...model.reads.map((from) => ({ from, to: model.name })),
	]);
}

/** The edges between the selected models, and from the raw table to them. */
function shownEdges(project: Project, names: ReadonlySet<string>): Edge[] {
	return edgesOf(project).filter(({ from, to }) => names.has(to) && (from === source || names.has(from)));
}

/** Draws a tree with each model once, below its first upstream model; further upstream models follow its name. */
export function asciiLineage(project: Project, names: ReadonlySet<string>): string[] {
	const edges = edgesOf(project);
	const drawn = new Set<string>();
	const lines: string[] = [];
	const draw = (name: string, prefix: string, isLast: boolean, isRoot: boolean) => {
		drawn.add(name);
		const also = edges.filter(({ to }) => to === name).slice(1);
		const more = also.length === 0 ? '' : `  (also downstream of ${also.map(({ from }) => from).join(', ')})`;
		lines.push(`${prefix}${isRoot ? '' : isLast ? '└─ ' : '├─ '}${name}${more}`);
		const children = edges.filter(
			({ from, to }) => from === name && !drawn.has(to) && (names.has(to) || to === source),
		);
		const firsts = children.filter(({ to }) => edges.find((edge) => edge.to === to)?.from === name);
		for (const [i, { to }] of firsts.entries())
			draw(to, isRoot ? '' : `${prefix}${isLast ? '   ' : '│  '}`, i === firsts.length - 1, false);
	};
	if (shownEdges(project, names).some(({ from }) => from === source)) draw(source, '', true, true);
	for (const { name } of project.models) if (names.has(name) && !drawn.has(name)) draw(name, '', true, true);
	return lines;
}

/** Draws a Mermaid graph, for pages that render Mermaid, such as those of GitHub. */
export function mermaidLineage(project: Project, names: ReadonlySet<string>): string[] {
	const shown = shownEdges(project, names);
	const joined = new Set(shown.flatMap(({ from, to }) => [from, to]));
	const alone = [...names].filter((name) => !joined.has(name));
	return ['graph LR', ...alone.map((name) => `    ${name}`), ...shown.map(({ from, to }) => `    ${from} --> ${to}`)];
}

interface Box {
	name: string;
	x: number;
	y: number;
}

const box = { width: 170, height: 34, gapX: 60, gapY: 14 };

/** Draws an SVG with one column for each step from the raw table. */
export function svgLineage(project: Project, names: ReadonlySet<string>): string {
	const edges = shownEdges(project, names);
	const depth = new Map<string, number>([[source, 0]]);
	for (const { name } of project.models)
		if (names.has(name))
			depth.set(
				name,
				1 + Math.max(0, ...edges.filter(({ to }) => to === name).map(({ from }) => depth.get(from) ?? 0)),
			);
	const columns: string[][] = [];
	for (const [name, at] of depth) columns[at] = [...(columns[at] ?? []), name];
	const boxes = new Map<string, Box>();
	for (const [column, members] of columns.entries())
		for (const [row, name] of members.entries())
			boxes.set(name, { name, x: 10 + column * (box.width + box.gapX), y: 10 + row * (box.height + box.gapY) });
	const lines = edges.flatMap(({ from, to }) => {
		const [a, b] = [boxes.get(from), boxes.get(to)];
		if (!a || !b) return [];
		const [x1, y1, x2, y2] = [a.x + box.width, a.y + box.height / 2, b.x, b.y + box.height / 2];
		const bend = (x1 + x2) / 2;
		return [`<path d="M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}"/>`];
	});
	const nodes = [...boxes.values()].map(({ name, x, y }) => {
		const text = `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/><text x="${x + box.width / 2}" y="${y + 22}">${name}</text>`;
		return name === source ? text : `<a href="#${name}">${text}</a>`;
	});
	const width = 20 + columns.length * (box.width + box.gapX) - box.gapX;
	const height = 20 + Math.max(...columns.map((members) => members.length)) * (box.height + box.gapY);
	return `<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="Lineage of the models">${lines.join('')}${nodes.join('')}</svg>`;
}
