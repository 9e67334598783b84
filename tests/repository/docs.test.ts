import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readerLimits } from '@footfall/warehouse';
import { describe, expect, it } from 'vitest';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
import { nodeVersions } from '../../packages/footfall/src/run/doctor/judge-runtime.js';
import { type Option, options, variableOf } from '../../packages/footfall/src/settings/options.js';
import { exitCodes } from '../../packages/footfall/src/terminal/exit-code.js';
import { nodeVersions as pinnedNodes } from '../../scripts/nodes.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

/** Rows of the table below a heading, each a list of cells. */
function table(text: string, heading: string): string[][] {
	const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
	return section
		.split('\n')
		.filter((line) => line.startsWith('| `'))
		.map((line) =>
			line
				.split(/(?<!\\)\|/)
				.slice(1, -1)
				.map((cell) => cell.trim().replaceAll('\\|', '|')),
		);
}

describe('README.md', () => {
	it('lists every setting with flag, variable, default and meaning', () => {
		const rows = Object.values<Option>(options).map((option) => [
			`\`--${option.flag}\``,
			`\`${variableOf(option)}\``,
			option.default === undefined ? '–' : `\`${option.default}\``,
			option.description,
		]);
		expect(table(readme, 'Configuration')).toEqual(rows);
	});

	it('shows a settings file that the parser accepts unchanged', () => {
		const text = /```json\n(.*?)```/s.exec(readme.split('## Configuration\n')[1] ?? '')?.[1] ?? '';
		const request = parseArguments(commands, ['up'], {}, () => ({ kind: 'text', text }));
		expect(request).toMatchObject({
			kind: 'run',
			settings: { sites: [{ key: 'shop' }, { key: 'blog', origins: 'any' }], adminPort: 7071, walBytes: 2 ** 34 },
			origins: { sites: 'file', host: 'file', adminPort: 'file', walBytes: 'file', port: 'default' },
		});
	});

	it('lists every command', () => {
		expect(table(readme, 'Commands')).toEqual(commands.map(({ name, summary }) => [`\`${name}\``, summary]));
	});

	it('lists every exit code', () => {
		const text = readme.split('Exit codes:')[1]?.split('\n\n')[0] ?? '';
		expect(text.match(/\d+/g)?.map(Number)).toEqual(Object.values(exitCodes));
	});
});

describe('the versions and limits that pages name', () => {
	const { min, tested, recommended } = nodeVersions;
	const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };

	it('are those of Node.js with which the tests run, and that packages ask for', () => {
		expect(engines.node).toBe(`>=${min}`);
		expect(read('.nvmrc').trim()).toBe(String(recommended));
		expect(Object.keys(pinnedNodes)).toEqual(tested.map(String));
		for (const [major, version] of Object.entries(pinnedNodes)) expect(version.split('.')[0]).toBe(major);
		expect(tested).toContain(recommended);
		const [oldest, ...others] = tested;
		expect(readme).toContain(`You need Node ${recommended} and npm.`);
		expect(readme).toContain(`| Node | ${oldest} from ${min} on, ${others.join(', ')} | others from ${min} on |`);
		expect(read('docs/tutorial.md')).toContain(`You need Node ${recommended} (${min} or newer works, too)`);
		expect(read('CONTRIBUTING.md')).toContain(`the other tested versions of Node: ${tested.join(', ')}`);
		const published = read('packages/footfall/README.md').replaceAll('\n', ' ');
		expect(published).toContain(`It needs Node ${min} or newer`);
		expect(published).toContain(`tested with Node ${oldest}, ${others.join(' and ')} on x64`);
	});

	it('are those of the systems for which an install has the library of ClickHouse', () => {
		const lockfile = read('pnpm-lock.yaml').split('\nsnapshots:\n')[0] ?? '';
		const libraries = [...lockfile.matchAll(/^ {2}'@chdb\/lib-([\w-]+)@/gm)].map(([, system]) => system);
		expect(libraries).toEqual(['linux-x64-gnu']);
		for (const page of ['README.md', 'packages/footfall/README.md', 'packages/warehouse/README.md'])
			expect(read(page).replaceAll('\n', ' '), page).toContain("npm had ClickHouse's library for Linux x64 only");
	});

	it('are those within which a statement of footfall sql runs', () => {
		const { seconds, memoryBytes } = readerLimits;
		expect(readme.replaceAll('\n', ' ')).toContain(
			`A statement may take ${seconds} seconds and ${memoryBytes / 2 ** 30} GiB of memory`,
		);
	});
});

describe('every page', () => {
	const pages = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
		(path) => path.endsWith('.md') && !/(^|\/)(node_modules|dist)\//.test(path),
	);

	it.each(pages)('%s links only to what is there', (page) => {
		const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => match[1] as string);
		const broken = links.filter((link) => !existsSync(join(root, dirname(page), link)));
		expect(broken).toEqual([]);
	});

	it('that installs our packages by npm says where they are before they are on npm', () => {
		const readers = pages.filter((page) => page !== 'CHANGELOG.md');
		const installing = readers.filter((page) => /npx -y @footfall\/|npm install [^\n`]*@footfall\//.test(read(page)));
		expect(installing.length).toBeGreaterThan(7);
		const says = /not on npm yet|on npm from version 0\.2\.0|npm, from 0\.2\.0 on/;
		expect(installing.filter((page) => !says.test(read(page)))).toEqual([]);
	});

	it.each(pages)('%s names each linked file as it is called', (page) => {
		const links = [...read(page).matchAll(/\[`?([^\]`]*\.(?:ts|sql|md))`?\]\((?!https?:)([^)#]+)[^)]*\)/g)];
		const misnamed = links
			.filter(([, text = '', path = '']) => basename(text) !== basename(path))
			.map(([link]) => link);
		expect(misnamed).toEqual([]);
	});
});
