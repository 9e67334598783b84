import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile/compile.js';

describe('README.md', () => {
	it('lists every model as its header has it', () => {
		const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
		const compiled = compile();
		if (!compiled.ok) throw new Error(compiled.faults.join('\n'));
		const rows = compiled.project.models.map(
			({ name, layer, grain, description }) => `| \`${name}\` | ${layer} | ${grain.join(', ')} | ${description} |`,
		);
		const table = readme.split('## Models')[1]?.split('\n## ')[0] ?? '';
		expect(table.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
	});
});
