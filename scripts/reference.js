// Generates the pages of docs/reference, the tables of views and filters in the dashboard's README, and the schemas of
// the settings file and of the definitions, from the code.
// With --check it writes nothing, and exits with 1 if one of them is not up to date (a test runs it).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { conditionJson, defaultDefinitions, definitionLimits, definitionsSchema } from '@footfall/definitions';
import { compile } from '@footfall/transforms';
import { parse } from 'yaml';
import { viewQueries } from '../packages/dashboard/dist/api/view-queries.js';
import {
	apiPathOf,
	filterNames,
	filterTextOf,
	sessionAttributes,
	viewDefinitions,
	viewNames,
} from '../packages/dashboard/dist/contract/contract.js';
import { commands } from '../packages/footfall/dist/command-table.js';
import { options, variableOf } from '../packages/footfall/dist/settings/options.js';
import { schemaComment, settingsSchema } from '../packages/footfall/dist/settings/settings-schema.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path) => readFileSync(join(root, path), 'utf8');
/** The text of a table cell. Outside of code an angle bracket would begin a tag. */
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
/** Wraps a paragraph at 120 columns; `indent` begins its later lines. */
function wrap(text, indent = '') {
	const [first, ...words] = text.split(' ');
	const lines = [first];
	for (const word of words) {
		const line = `${lines.at(-1)} ${word}`;
		if (line.length <= 120) lines[lines.length - 1] = line;
		else lines.push(`${indent}${word}`);
	}
	return lines.join('\n');
}
const code = (text) => `\`${text}\``;
const made = (what) => `<!-- Made by scripts/reference.js out of ${what}: change that, and run it again. -->\n`;

function commandsPage() {
	const sections = commands.map(({ name, summary, operands, options: names }) => {
		const rows = names.map((option) => {
			const { flag, default: fallback, description, placeholder } = options[option];
			return [
				code(`--${flag}${placeholder ? ` ${placeholder}` : ''}`),
				code(variableOf(options[option])),
				fallback === undefined ? '–' : code(fallback),
				description,
			];
		});
		const forms =
			operands === undefined
				? ''
				: `${table(
						[operands.usage.replace(/\W/g, '').toLowerCase(), 'meaning'],
						operands.help.map(([form, meaning]) => [code(form), meaning]),
					)}\n\n`;
		return `## footfall ${name}\n\n${summary}\n\n${forms}${table(['flag', 'variable', 'default', 'meaning'], rows)}\n`;
	});
	return `${made('packages/footfall/src/settings/options.ts')}# Commands\n\nEvery flag is also an environment variable and a key of \`footfall.json\`:\n[Configuration](../../README.md#configuration).\n\n${sections.join('\n')}`;
}

/** The types of a value in a JSON Schema, as words. */
function jsonTypeOf(schema) {
	if (schema.$ref !== undefined) return 'a condition';
	if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(jsonTypeOf))].join(', ');
	if (schema.enum !== undefined) return schema.enum.map((word) => code(JSON.stringify(word))).join(', ');
	if (schema.type === 'array') return `list: ${jsonTypeOf(schema.items)}`;
	if (schema.type === 'boolean') return code('true, false');
	if (schema.type !== 'object') return { string: 'text', number: 'number' }[schema.type];
	if (schema.properties === undefined) return 'object by name';
	const keys = Object.keys(schema.properties);
	return keys.includes('contains') || keys.includes('greater')
		? 'a comparison'
		: `object with ${keys.map(code).join(', ')}`;
}

const keysOf = ({ properties, required = [] }) =>
	table(
		['key', 'value', 'meaning'],
		Object.entries(properties).map(([key, schema]) => [
			code(key),
			jsonTypeOf(schema),
			`${required.includes(key) ? 'Required. ' : ''}${schema.description}`,
		]),
	);

function definitionsPage() {
	const { $defs, properties } = definitionsSchema();
	const { condition } = $defs;
	const entryOf = (section) => properties[section].additionalProperties;
	const step = entryOf('funnels').properties.steps.items.anyOf.find(({ type }) => type === 'object');
	const comparison = condition.properties.properties.additionalProperties.anyOf.find(({ type }) => type === 'object');
	const { fileLengthMax, windowMsMin, windowMsMax, ...limits } = definitionLimits;
	const bounds = [
		[`${limits.goalsMax}, ${limits.funnelsMax}, ${limits.experimentsMax}`, 'goals, funnels, experiments'],
		[`${limits.stepsMin} to ${limits.stepsMax}`, 'steps of a funnel'],
		[`${windowMsMin / 60_000} minute to ${windowMsMax / 86_400_000} days`, 'window of a funnel'],
		[`${limits.comparisonsMax}`, 'comparisons of one condition; each value of a list is one'],
		[`${limits.depthMax}`, 'levels of and, or and not'],
		[`${limits.listMax}`, 'items of a list'],
		[`${limits.nameLengthMax}`, 'characters of the name of an event, of an object, and of the key of a property'],
		[`${limits.textLengthMax}`, 'characters of an object id and of the value of a property'],
		[`${limits.patternLengthMax}`, `characters of a pattern, with at most ${limits.asterisksMax} asterisks`],
		[`${limits.titleLengthMax}`, 'characters of a title'],
		[`${fileLengthMax / 1024} Ki`, 'characters of the file'],
		[
			`${limits.sqlBytesMax / 1024} Ki`,
			'bytes of the SQL of all conditions and sites, each as often as goals, steps and experiments have it',
		],
	];
	const example = JSON.stringify(
		Object.fromEntries(
			defaultDefinitions.goals.map(({ name, title, value, when }) => [
				name,
				{ title, value: value.kind, when: conditionJson(when) },
			]),
		),
		null,
		'\t',
	);
	return `${made('packages/definitions/src/grammar')}# definitions.json

${wrap('The file `definitions.json` of the project folder has the goals, funnels and experiments of a site. [Count your own events](../how-to/count-your-own-events.md) shows how to write it. It is JSON, which may have comments and commas before closing brackets. `footfall init` writes its [JSON Schema](../../packages/footfall/templates/footfall/definitions.schema.json) beside it, and `footfall transforms definitions` prints what it defines, or all of its faults. Names consist of lower-case letters, digits and underscores.')}

## The file

${keysOf({ properties })}

The default goals are:

\`\`\`json
${example}
\`\`\`

## A goal

${keysOf(entryOf('goals'))}

## A funnel

${keysOf(entryOf('funnels'))}

A step is the name of a goal, or an object with either \`when\` or \`goal\`:

${keysOf(step)}

## An experiment

${keysOf(entryOf('experiments'))}

## A condition

All keys of one object must hold. A text, a number, true or false is compared as it is, and a list holds for any of its
values. Upper and lower case differ.

${keysOf(condition)}

A comparison is an object, all of whose keys must hold:

${keysOf(comparison)}

- **Numbers.** A number is compared with the number that a property is: \`5\` equals a property \`5.0\`, and a property
  that is not a number is neither greater nor less than one. A number is written as digits, with a sign and a decimal
  point if it has them; six decimal places count, and four of an amount. The text \`"5"\` equals the property \`5\` alone.
- **Missing properties.** Of the comparisons, only \`{ "exists": false }\` holds for an event without the property.
- **Patterns.** A path is that of the marts: decoded, without the host and what follows \`?\` or \`#\`. \`*\` stands for any
  characters but a slash, and \`**\` for any characters: \`/blog/*\` is a page directly below \`/blog/\`, and \`/blog/**\`
  any page below it. Neither is \`/blog\` itself.
- **Long values.** The id of an object is cut to 250 characters and a path to 500, as in the marts. An amount above
  1,000,000,000 counts as 0.

## Bounds

${table(['bound', 'of'], bounds)}
`;
}

function martsPage() {
	const { project } = compile();
	const sections = project.models.map(({ name, description, layer, grain, columns, aliases, checks, reads }) => {
		const rows = columns.map((column) => [
			code(column.name),
			code(column.type),
			column.description,
			column.test ? code(column.test) : '',
		]);
		const formerNames = aliases.map((alias) => `${code(alias.name)} (now ${code(alias.column)})`).join(', ');
		const rules = checks.map(({ condition, words }) => wrap(`- ${words}: ${code(condition)}`, '  ')).join('\n');
		const upstream = reads.map((read) => `[${read}](#${read})`).join(', ') || 'the raw table';
		const about = `${description} One row for each ${grain.join(', ')}. Layer: ${layer}. Reads ${upstream}.`;
		return `## ${name}\n\n${wrap(about)}\n\n${table(['column', 'type', 'meaning', 'every value is'], rows)}\n${formerNames === '' ? '' : `\n${wrap(`Former names of columns, which readers can use for one more version: ${formerNames}.`)}\n`}${rules === '' ? '' : `\nIn every row:\n\n${rules}\n`}`;
	});
	const macros = table(
		['macro', 'meaning'],
		project.macros.map(({ name, parameters, description }) => [
			code(`{{${name}(${parameters.join(', ')})}}`),
			description,
		]),
	);
	return `${made('packages/transforms/models')}# Marts\n\nThe models and views that a reader of the database sees. Those of the layer marts are in the database\n\`footfall_marts\`, all of them in \`footfall\` ([Connect with SQL](../how-to/connect-with-sql.md)). All times are UTC.\n[packages/transforms](../../packages/transforms/README.md) describes how runs compute them.\n\n${sections.join('\n')}\n## Macros\n\nExpressions that several models share, in [models/macros](../../packages/transforms/models/macros).\n\n${macros}\n`;
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

/** A request of a site that sells in several currencies. */
const money = { kind: 'orders', currency: 'EUR', isConverted: true };
const scope = { site: 'shop', from: '2026-01-01', to: '2026-01-31', filters: {}, choices: {}, money };

function dashboardPage() {
	const sections = viewNames.map((view) => {
		const queryParts = Object.entries(viewQueries[view]).map(([name, query]) => {
			const rows = Object.entries(query.row.shape).map(([column, schema]) => [code(column), typeOf(schema)]);
			const source =
				'sql' in query
					? `\`\`\`sql\n${query.sql(scope)}\n\`\`\``
					: 'The same numbers as `footfall transforms freshness`.';
			return `### ${name}\n\n${table(['field', 'type'], rows)}\n\n${source}\n`;
		});
		const { description } = viewDefinitions[view];
		return `## ${apiPathOf(view)}\n\n${wrap(`${description} With filters: ${filterTextOf(view)}`)}\n\n${queryParts.join('\n')}`;
	});
	return `${made('packages/dashboard/src/api/views')}# The API of the dashboard\n\n[packages/dashboard](../../packages/dashboard/README.md#api) describes parameters, errors and the login. The SQL is\nthat of a request without filters, of a site with orders in several currencies.\n\n${sections.join('\n')}`;
}

/** The tables that a view reads without filters. */
function tablesOf(view) {
	const sql = Object.values(viewQueries[view]).map((query) => ('sql' in query ? query.sql(scope) : ''));
	return [...new Set([...sql.join('\n').matchAll(/\bFROM\s+([a-z_]+)/g)].map(([, name]) => name))];
}

/** Replaces what stands between two comments of a page. */
function withBlock(page, name, text) {
	const [begin, end] = [`<!-- ${name}: made by scripts/reference.js -->`, `<!-- end of ${name} -->`];
	const [from, to] = [page.indexOf(begin), page.indexOf(end)];
	if (from < 0 || to < from) throw new Error(`the page has no block of ${name}: add "${begin}" and "${end}"`);
	return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
}

function dashboardReadme() {
	const views = viewNames.map((view) => {
		const { title, description } = viewDefinitions[view];
		return [code(view), title, description, tablesOf(view).map(code).join(', '), filterTextOf(view)];
	});
	const filters = filterNames.map((name) => {
		const { title, column } = sessionAttributes[name];
		return [code(name), title, code(column)];
	});
	const page = read('packages/dashboard/README.md');
	const withViews = withBlock(page, 'views', table(['view', 'title', 'what it shows', 'reads', 'with filters'], views));
	return withBlock(withViews, 'filters', table(['parameter', 'filters by', 'expression over `sessions`'], filters));
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
	'packages/dashboard/README.md': dashboardReadme(),
	'docs/reference/definitions.md': definitionsPage(),
	'packages/footfall/templates/footfall/definitions.schema.json': `${JSON.stringify({ $comment: schemaComment, ...definitionsSchema() }, null, '\t')}\n`,
	'packages/footfall/templates/footfall.schema.json': `${JSON.stringify(settingsSchema(), null, '\t')}\n`,
};
const isCheck = process.argv.includes('--check');
const stale = Object.entries(pages).filter(([path, text]) => !existsSync(join(root, path)) || read(path) !== text);
for (const [path, text] of stale) {
	if (!isCheck) writeFileSync(join(root, path), text);
	process.stdout.write(`${isCheck ? 'not what the code says: ' : ''}${path}\n`);
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;
