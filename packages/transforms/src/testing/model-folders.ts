import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { carryingOf, compileOrThrow, modelsDirectory } from '../compile/compile.js';

/** Copies of the package's models, each in a temporary folder of its own, for tests that change a file. */
export class ModelFolders {
	readonly #scratch = mkdtempSync(join(tmpdir(), 'footfall-models-'));

	/**
	 * @param only models to copy, with the model of the visitors' days, all their upstream models, and the data tests
	 *   that read no others. A run of few models has few statements. @default all models
	 * @returns path of the copy
	 */
	copy(only?: readonly string[]): string {
		const directory = mkdtempSync(join(this.#scratch, 'models-'));
		cpSync(modelsDirectory, directory, { recursive: true });
		if (only === undefined) return directory;
		const project = compileOrThrow();
		const { models, tests } = project;
		const kept = new Set([...only, carryingOf(project).name]);
		for (const { name, reads } of [...models].reverse()) if (kept.has(name)) for (const read of reads) kept.add(read);
		for (const { name, reads } of tests) if (reads.every((read) => kept.has(read))) kept.add(name);
		const dropped = [...models, ...tests]
			.map(({ name }) => `${name}.sql`)
			.filter((file) => !kept.has(file.slice(0, -4)));
		for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
			if (dropped.includes(basename(path))) rmSync(join(directory, path));
		return directory;
	}

	/** Replaces a text in a file of a copy, and returns the path of the copy. @throws if the text is not there */
	change(directory: string, file: string, from: string, to: string): string {
		const path = join(directory, file);
		const text = readFileSync(path, 'utf8');
		if (!text.includes(from)) throw new Error(`${file} does not contain: ${from}`);
		writeFileSync(path, text.replace(from, to));
		return directory;
	}

	/** Removes all copies. */
	remove(): void {
		rmSync(this.#scratch, { recursive: true, force: true });
	}
}
