import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The bugs that `pnpm test:mutations` plants, a script without types. */
const script = new URL('../../../scripts/mutate/transforms-bugs.js', import.meta.url);
const { bugs } = (await import(script.href)) as {
	bugs: readonly { name: string; file: string; from: string; to: string }[];
};

it('every planted bug replaces text that occurs exactly once in its file', () => {
	const occurrences = bugs.map(({ name, file, from }) => {
		const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
		return { name, count: text.split(from).length - 1 };
	});
	expect(occurrences.filter(({ count }) => count !== 1)).toEqual([]);
	expect(bugs.length).toBeGreaterThan(40);
});
