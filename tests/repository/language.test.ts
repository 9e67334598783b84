import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../scripts/language/faults.js';
import { formerWords } from '../../scripts/language/former-words.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wide = 'word '.repeat(25).trim();

describe('the check of the project’s language', () => {
	it('finds no fault in the files of this project', () => {
		const { stdout, status } = spawnSync(process.execPath, ['scripts/check-language.js'], {
			cwd: root,
			encoding: 'utf8',
		});
		expect(stdout).toBe('');
		expect(status).toBe(0);
	});

	it.each(['Of', 'Whose', 'Who', 'What', 'Where', 'Which'])('refuses a comment that begins with "%s"', (word) => {
		for (const [path, text] of [
			['a.ts', `const a = 1;\n/** ${word} the batch is. */\n`],
			['a.ts', `const a = 1;\n/**\n * ${word} the batch is.\n */\n`],
			['a.js', `a();\n// ${word} the batch is.\n`],
			['a.ts', `a();\na(); // ${word} the batch is.\n`],
			['a.css', `a {}\n/* ${word} the batch is. */\n`],
			['a.sql', `SELECT 1\n-- ${word} the batch is.\n`],
			['a.sql', `\n-- @column id UInt64 {> 0}: ${word} the batch is.\n`],
			['a.sql', `\n-- @description ${word} the batch is.\n`],
			['a.yml', `a: 1\n# ${word} the batch is.\n`],
		] as const) {
			expect(faultsOf(path, text), text).toEqual([
				expect.stringMatching(new RegExp(`^${path}:[23]: .*begins with "${word} `)),
			]);
		}
	});

	it('accepts such a word inside a comment and at the start of its later lines', () => {
		expect(faultsOf('a.ts', '// The batch\n// of the page. What follows is sent.\n')).toEqual([]);
		expect(faultsOf('a.ts', '/**\n * The batch\n * Of a page\n */\n')).toEqual([]);
		expect(faultsOf('a.ts', "const url = 'https://Of.example';\n")).toEqual([]);
	});

	it.each([
		['a line of Markdown', 'a.md', wide],
		['an item of a list in Markdown', 'a.md', `- ${wide}`],
		['a line comment', 'a.ts', `// ${wide}`],
		['a line of a block comment', 'a.ts', `/**\n\t * ${wide}\n */`],
		['a comment of a style sheet', 'a.css', `/* ${wide} */`],
		['a comment of a model', 'a.sql', `-- ${wide}`],
		['a comment of a configuration', 'a.yml', `# ${wide}`],
	])('refuses %s wider than 120 columns', (_, path, text) => {
		expect(faultsOf(path, text)).toEqual([expect.stringContaining('wider than 120 columns')]);
	});

	it.each([
		['a table', 'a.md', `| ${wide} |`],
		['a line that is wide because of a link', 'a.md', `[word](https://example.com/${'a'.repeat(120)})`],
		['a code block', 'a.md', `\`\`\`\n${wide}\n\`\`\``],
		['code', 'a.ts', `const text = '${wide}';`],
		['a header of a model', 'a.sql', `-- @column a UInt8: ${wide}`],
	])('accepts %s wider than 120 columns', (_, path, text) => {
		expect(faultsOf(path, text)).toEqual([]);
	});

	it('refuses every former word and names the one to write, but not where the history is told', () => {
		const examples = [
			'Makes the visitors anew',
			'set aside',
			'Come again later',
			'under way',
			'somebody',
			'a misdated event',
			'the ledger',
			'narrowing',
			'synced together',
			'footfall_log_sync_seconds',
			'footfall_batches_deferred_total',
		];
		for (const { word, instead } of formerWords) {
			const example = examples.find((each) => word.test(each));
			expect(example, `an example of ${word}`).toBeDefined();
			expect(faultsOf('docs/a.md', `\n${example}\n`)).toContainEqual(expect.stringContaining(`write ${instead}`));
			expect(faultsOf('CHANGELOG.md', `${example}\n`)).toEqual([]);
		}
	});
});
