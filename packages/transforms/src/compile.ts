import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataTest, type Model, referencesOf, replaceReferences } from './model.js';
import { readModel } from './read-model.js';

/** Everything that a run needs to know of the files. */
export interface Project {
	/** In an order in which every model comes after those it reads. */
	models: Model[];
	tests: DataTest[];
	/** Changes whenever any model does: marts of another one are built anew. */
	checksum: string;
}

/** The project, or everything that is wrong with its files. */
export type Compiled = { ok: true; project: Project } | { ok: false; faults: string[] };

/** The package's own models; the same folder from sources and from built files. */
export const modelsDirectory = fileURLToPath(new URL('../models/', import.meta.url));

/** Files → graph. Reads the folder and changes nothing. */
export function compile(directory: string = modelsDirectory): Compiled {
	const files = readSqlFiles(directory);
	const read = files
		.filter(({ folder }) => folder !== 'tests')
		.map(({ name, folder, text }) => readModel(name, folder.replace(/^\d_/, ''), text));
	const faults = read.flatMap((result) => (result.ok ? [] : result.faults));
	const models = read.flatMap((result) => (result.ok ? [result.model] : []));
	const tests = files
		.filter(({ folder }) => folder === 'tests')
		.map(({ name, text }) => ({ name, reads: referencesOf(text), sql: text.trim() }));
	faults.push(...unknownReferences(models, tests), ...models.flatMap((model) => layerFaults(model, models)));
	const sorted = sortByReads(models);
	faults.push(...carryingFaults(models, tests));
	if (!sorted) faults.push(`the models read each other in a circle: ${models.map(({ name }) => name).join(', ')}`);
	if (faults.length > 0 || !sorted) return { ok: false, faults };
	const checksum = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
	return { ok: true, project: { models: sorted, tests, checksum } };
}

function readSqlFiles(directory: string): { name: string; folder: string; text: string }[] {
	const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	return folders
		.map(({ name }) => name)
		.sort()
		.flatMap((folder) =>
			readdirSync(join(directory, folder))
				.filter((file) => file.endsWith('.sql'))
				.sort()
				.map((file) => ({
					name: file.slice(0, -4),
					folder,
					text: readFileSync(join(directory, folder, file), 'utf8'),
				})),
		);
}

function unknownReferences(models: readonly Model[], tests: readonly DataTest[]): string[] {
	const known = new Set(models.map(({ name }) => name));
	return [...models, ...tests].flatMap(({ name, reads }) =>
		reads.filter((reference) => !known.has(reference)).map((reference) => `${name}: {{${reference}}} is not a model`),
	);
}

/** A model can only be as fresh as what it reads: rows of visitors come before those of days. */
function layerFaults({ name, refresh, reads }: Model, models: readonly Model[]): string[] {
	const isReadable = (kind: Model['refresh']['kind']): boolean => {
		if (refresh.kind === 'run') return kind === 'run';
		if (refresh.kind === 'visitor') return kind === 'run' || kind === 'visitor';
		return refresh.kind === 'view' || kind !== 'run';
	};
	return models
		.filter((read) => reads.includes(read.name) && !isReadable(read.refresh.kind))
		.map(
			(read) =>
				`${name}: with @refresh ${refresh.kind} it cannot read ${read.name}, which has @refresh ${read.refresh.kind}`,
		);
}

/** Rows that were there before are known of one model alone: that with hashes of event ids. */
function carryingFaults(models: readonly Model[], tests: readonly DataTest[]): string[] {
	const carrying = models.filter(({ carries }) => carries !== undefined);
	const faults: string[] = [];
	for (const { name, refresh, reads, columns } of carrying) {
		const pieces = models.find((model) => model.name === reads[0]);
		const isSame = JSON.stringify(pieces?.columns) === JSON.stringify(columns);
		if (refresh.kind !== 'visitor') faults.push(`${name}: @carries needs @refresh visitor`);
		else if (reads.length !== 1 || !isSame)
			faults.push(`${name}: with @carries it reads one model with the same columns`);
	}
	if (carrying.length > 1)
		faults.push(`only one model can have @carries, not ${carrying.map(({ name }) => name).join(', ')}`);
	for (const { name, sql } of [...models, ...tests])
		replaceReferences(sql, (read, extent) => {
			if (extent === 'before' && !carrying.some((model) => model.name === read))
				faults.push(`${name}: {{${read}.before}} needs @carries in ${read}`);
			return '';
		});
	return faults;
}

/** Readers after what they read; undefined when there is a circle. */
function sortByReads(models: readonly Model[]): Model[] | undefined {
	const sorted: Model[] = [];
	const waiting = new Set(models);
	while (waiting.size > 0) {
		const next = [...waiting].find(({ reads }) => ![...waiting].some(({ name }) => reads.includes(name)));
		if (!next) return undefined;
		sorted.push(next);
		waiting.delete(next);
	}
	return sorted;
}
