import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../build.js';
import { docsPage } from './docs-page.js';
import { asciiGraph, mermaidGraph } from './lineage.js';
import { selectModels } from './select.js';

const project = compileOrThrow();
const all = new Set(project.models.map(({ name }) => name));
const select = (selectors: string[], excluded: string[] = []) => {
	const selection = selectModels(project, selectors, excluded);
	return selection.ok ? [...selection.names].sort((a, b) => (a < b ? -1 : 1)) : selection.faults;
};

describe('selectModels', () => {
	it.each<[string, string[], string[], string[]]>([
		['a name', ['funnel'], [], ['funnel']],
		['what it reads', ['+sessions'], [], ['int_visit_pieces', 'int_visits', 'sessions', 'stg_events']],
		['one step of it', ['1+sessions'], [], ['int_visits', 'sessions']],
		[
			'what reads it',
			['sessions+'],
			[],
			['acquisition_days', 'audience_days', 'page_days', 'session_days', 'sessions'],
		],
		['no step of it', ['sessions+0'], [], ['sessions']],
		[
			'both',
			['1+sessions+1'],
			[],
			['acquisition_days', 'audience_days', 'int_visits', 'page_days', 'session_days', 'sessions'],
		],
		['a tag', ['tag:shop'], [], ['funnel', 'product_days']],
		[
			'a layer without something',
			['layer:intermediate'],
			['+int_visits'],
			['int_activity_days', 'int_presence_days', 'int_user_days'],
		],
		['each of several', ['funnel', 'sessions'], [], ['funnel', 'sessions']],
		['what both parts mean', ['tag:pages,sessions+'], [], ['page_days']],
	])('takes %s', (_, selectors, excluded, names) => {
		expect(select(selectors, excluded)).toEqual(names);
	});

	it('takes everything when nothing is said, and names what means nothing', () => {
		expect(select([])).toHaveLength(project.models.length);
		expect(select(['sesions', 'tag:none'])).toEqual([
			expect.stringContaining('"sesions" selects no model'),
			expect.stringContaining('"tag:none" selects no model'),
		]);
	});
});

describe('the graph', () => {
	it('has every model once', () => {
		const lines = asciiGraph(project, all);
		for (const name of all)
			expect(
				lines.filter((line) => new RegExp(`─ ${name}\\b`).test(line)),
				name,
			).toHaveLength(1);
	});

	it('has an edge for everything that is read', () => {
		const edges = project.models.flatMap(({ name, reads }) => reads.map((read) => `    ${read} --> ${name}`));
		expect(mermaidGraph(project, all)).toEqual(expect.arrayContaining(edges));
	});

	it('has a model that is chosen alone, and not the raw table that it does not read', () => {
		const alone = new Set(['funnel']);
		expect(asciiGraph(project, alone)).toEqual(['funnel']);
		expect(mermaidGraph(project, alone)).toEqual(['graph LR', '    funnel']);
	});

	it('is on a page with every column', () => {
		const page = docsPage(project, all);
		for (const { name, columns } of project.models) {
			expect(page).toContain(`<h2 id="${name}">`);
			for (const column of columns) expect(page).toContain(`<td><code>${column.name}</code></td>`);
		}
		expect(page).not.toMatch(/https?:\/\//);
	});
});
