import type { Project } from '../compile/compile.js';
import type { Model } from '../compile/model.js';
import { svgLineage } from './lineage.js';

const html = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `:root{color-scheme:light dark;--line:#8888}body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
code,pre{font:13px ui-monospace,monospace}pre{overflow:auto;border:1px solid var(--line);padding:.8rem}figure{overflow:auto;margin:0}
svg path{fill:none;stroke:var(--line)}svg rect{fill:none;stroke:currentColor}svg text{fill:currentColor;text-anchor:middle;font-size:13px}`;

/** A self-contained HTML page: the lineage, and every model with its columns, tests and SQL. Pure. */
export function docsPage(project: Project, names: ReadonlySet<string>): string {
	const models = project.models.filter(({ name }) => names.has(name));
	return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Footfall: models</title><style>${style}</style>
<h1>Models</h1><figure>${svgLineage(project, names)}</figure>
${models.map((model) => modelSection(model, project)).join('\n')}</html>
`;
}

/** The lineage alone, as an HTML page. Pure. */
export function lineagePage(project: Project, names: ReadonlySet<string>): string {
	return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Footfall: lineage of the models</title><style>${style}</style><figure>${svgLineage(project, names)}</figure></html>
`;
}

function modelSection(model: Model, project: Project): string {
	const link = (name: string) => `<a href="#${name}">${name}</a>`;
	const downstream = project.models.filter(({ reads }) => reads.includes(model.name)).map(({ name }) => link(name));
	const rows = model.columns.map(
		({ name, type, description, test }) =>
			`<tr><td><code>${name}</code></td><td><code>${html(type)}</code></td><td>${html(description)}</td><td><code>${html(test ?? '')}</code></td></tr>`,
	);
	const checks = model.checks.map(({ condition, words }) => `<li>${html(words)}: <code>${html(condition)}</code></li>`);
	return `<h2 id="${model.name}">${model.name}</h2><p>${html(model.description)}</p>
<p>One row for each ${model.grain.join(', ')}. Layer: ${model.layer}. Tags: ${model.tags.join(', ') || '–'}. Materialized: ${model.materialized.kind}.
Upstream: ${model.reads.map(link).join(', ') || 'events'}. Downstream: ${downstream.join(', ') || '–'}.</p>
<table><tr><th>Column<th>Type<th>Meaning<th>Test</tr>${rows.join('')}</table>
${checks.length > 0 ? `<ul>${checks.join('')}</ul>` : ''}<details><summary>SQL</summary><pre>${html(model.sql)}</pre></details>`;
}
