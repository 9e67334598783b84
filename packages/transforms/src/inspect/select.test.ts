import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../compile/compile.js';
import { docsPage } from './docs-page.js';
import { asciiLineage, mermaidLineage } from './lineage.js';
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
		['upstream models', ['+sessions'], [], ['int_visit_pieces', 'int_visits', 'sessions', 'stg_events']],
		['one step upstream', ['1+sessions'], [], ['int_visits', 'sessions']],
		[
			'downstream models',
			['sessions+'],
			[],
			[
				...[
					'acquisition_days',
					'audience_days',
					'int_order_reports',
					'int_order_visitors',
					'order_days',
					'order_items',
					'orders',
					'page_days',
				],
				...['product_sales_days', 'refunds', 'session_days', 'sessions'],
			],
		],
		['no step downstream', ['sessions+0'], [], ['sessions']],
		[
			'upstream and downstream models',
			['1+sessions+1'],
			[],
			[
				...['acquisition_days', 'audience_days', 'int_order_reports', 'int_order_visitors', 'int_visits'],
				...['page_days', 'session_days', 'sessions'],
			],
		],
		['a tag', ['tag:shop'], [], ['funnel', 'product_days']],
		[
			'a layer without excluded models',
			['layer:intermediate'],
			['+int_visits'],
			['int_activity_days', 'int_order_reports', 'int_order_visitors', 'int_presence_days', 'int_user_days'],
		],
		['the models of each selector', ['funnel', 'sessions'], [], ['funnel', 'sessions']],
		['the models of both parts', ['tag:pages,sessions+'], [], ['page_days']],
	])('selects %s', (_, selectors, excluded, names) => {
		expect(select(selectors, excluded)).toEqual(names);
	});

	it('selects all models without a selector, and reports selectors that select none', () => {
		expect(select([])).toHaveLength(project.models.length);
		expect(select(['sesions', 'tag:none'])).toEqual([
			expect.stringContaining('"sesions" selects no model'),
			expect.stringContaining('"tag:none" selects no model'),
		]);
	});
});

describe('the lineage', () => {
	it('draws every model once', () => {
		const lines = asciiLineage(project, all);
		for (const name of all)
			expect(
				lines.filter((line) => new RegExp(`(?:^|─ )${name}\\b`).test(line)),
				name,
			).toHaveLength(1);
	});

	it('has an edge from every upstream model', () => {
		const edges = project.models.flatMap(({ name, reads }) => reads.map((read) => `    ${read} --> ${name}`));
		expect(mermaidLineage(project, all)).toEqual(expect.arrayContaining(edges));
	});

	it('shows a model that is selected alone without the raw table, which it does not read', () => {
		const alone = new Set(['funnel']);
		expect(asciiLineage(project, alone)).toEqual(['funnel']);
		expect(mermaidLineage(project, alone)).toEqual(['graph LR', '    funnel']);
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
