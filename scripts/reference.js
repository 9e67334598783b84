// Writes the reference pages of docs/reference from the code that they describe. With --check it writes nothing, and
// exits with 1 when a page differs from what it would write (a test runs this).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '@footfall/transforms';
import { parse } from 'yaml';
import { views } from '../packages/dashboard/dist/api/views/all.js';
import { commands } from '../packages/footfall/dist/commands/all.js';
import { options } from '../packages/footfall/dist/option.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
/** A table cell: an angle bracket outside of code would begin a tag. */
const cell = (text) => {
	const line = String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
	return line.startsWith('`') ? line : line.replaceAll('<', '&lt;');
};
const table = (titles, rows) =>
	[
		`| ${titles.join(' | ')} |`,
		`|${titles.map(() => '---').join('|')}|`,
		...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
	].join('\n');
const code = (text) => `\`${text}\``;
const made = (what) => `<!-- Made by scripts/reference.js out of ${what}: change that, and run it again. -->\n`;

function commandsPage() {
	const sections = commands.map(({ name, summary, operands = [], options: names }) => {
		const rows = names.map((option) => {
			const { flag, variable, default: fallback, description, placeholder } = options[option];
			return [
				code(`--${flag}${placeholder ? ` ${placeholder}` : ''}`),
				code(variable),
				fallback === undefined ? '–' : code(fallback),
				description,
			];
		});
		const verbs =
			operands.length === 0
				? ''
				: `${table(
						['verb', 'what it does'],
						operands.map(([form, meaning]) => [code(form), meaning]),
					)}\n\n`;
		return `## footfall ${name}\n\n${summary}\n\n${verbs}${table(['flag', 'variable', 'default', 'meaning'], rows)}\n`;
	});
	return `${made('packages/footfall/src/option.ts')}# Commands\n\nEvery flag is also a variable and a key of \`footfall.json\`: [Configuration](../../README.md#configuration).\n\n${sections.join('\n')}`;
}

function martsPage() {
	const { project } = compile();
	const sections = project.models.map(({ name, description, layer, grain, columns, checks, reads }) => {
		const rows = columns.map((column) => [
			code(column.name),
			code(column.type),
			column.description,
			column.test ? code(column.test) : '',
		]);
		const rules = checks.map(({ condition, words }) => `- ${words}: ${code(condition)}`).join('\n');
		return `## ${name}\n\n${description} One row for each ${grain.join(', ')}. Layer: ${layer}. Reads ${reads.map((read) => `[${read}](#${read})`).join(', ') || 'the raw table'}.\n\n${table(['column', 'type', 'meaning', 'every value is'], rows)}\n${rules === '' ? '' : `\nIn every row:\n\n${rules}\n`}`;
	});
	return `${made('packages/transforms/models')}# Marts\n\nWhat a reader sees. All times are UTC. How they are made: [packages/transforms](../../packages/transforms/README.md).\n\n${sections.join('\n')}`;
}

/** A value as JSON. */
function typeOf(schema) {
	const { type, anyOf = [] } = schema.toJSONSchema({ unrepresentable: 'any', io: 'output' });
	const types = [type ?? [], anyOf.map((each) => each.type ?? [])].flat(2);
	if (types.includes('boolean')) return 'true or false';
	if (types.includes('array')) return `list of ${Object.keys(schema.element.shape).join(', ')}`;
	const words = { number: 'number', integer: 'number', string: 'text', null: 'null' };
	return [...new Set(Object.keys(words).flatMap((each) => (types.includes(each) ? words[each] : [])))].join(' or ');
}

const narrowingWords = {
	sessions: 'Segments narrow it to their sessions.',
	days: 'Segments narrow it to the days of visitors on which such a session of theirs started.',
	none: 'Not narrowed by segments.',
};

function dashboardPage() {
	const scope = { site: 'shop', from: '2026-01-01', to: '2026-01-31', segments: {} };
	const sections = Object.entries(views).map(([view, { narrowing, queries }]) => {
		const ofQueries = Object.entries(queries).map(([name, query]) => {
			const rows = Object.entries(query.row.shape).map(([column, schema]) => [code(column), typeOf(schema)]);
			const source =
				'sql' in query ? `\`\`\`sql\n${query.sql(scope)}\n\`\`\`` : 'As `footfall transforms freshness` tells it.';
			return `### ${name}\n\n${table(['field', 'type'], rows)}\n\n${source}\n`;
		});
		return `## /api/${view}\n\n${narrowingWords[narrowing]}\n\n${ofQueries.join('\n')}`;
	});
	return `${made('packages/dashboard/src/api/views')}# The API of the dashboard\n\nParameters, errors and how to log in: [packages/dashboard](../../packages/dashboard/README.md#api). The SQL is that of a question without segments.\n\n${sections.join('\n')}`;
}

function alertsPage() {
	const { groups } = parse(read('docker/prometheus/alerts.yml'));
	const rows = groups
		.flatMap(({ rules }) => rules)
		.map(({ alert, expr, for: duration = 'at once', labels, annotations }) => {
			const page = annotations.runbook.replace('docs/', '../');
			return [`[${alert}](${page})`, labels.severity, code(expr), duration];
		});
	return `${made('docker/prometheus/alerts.yml')}# Alerts\n\nEach leads to the page that says what to do. Metrics: [collector](../../packages/collector/README.md#metrics), [dashboard](../../packages/dashboard/README.md#metrics).\n\n${table(['alert', 'severity', 'fires when', 'for'], rows)}\n`;
}

const pages = {
	'docs/reference/alerts.md': alertsPage(),
	'docs/reference/commands.md': commandsPage(),
	'docs/reference/dashboard-api.md': dashboardPage(),
	'docs/reference/marts.md': martsPage(),
};
const isCheck = process.argv.includes('--check');
const stale = Object.entries(pages).filter(([path, text]) => !existsSync(join(root, path)) || read(path) !== text);
for (const [path, text] of stale) {
	if (!isCheck) writeFileSync(join(root, path), text);
	process.stdout.write(`${isCheck ? 'not what the code says: ' : ''}${path}\n`);
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;
