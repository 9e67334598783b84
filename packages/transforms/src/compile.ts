import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expandMacros, type Macro, readMacro } from './compile/macros.js';
import {
	type DataTest,
	definitions,
	isOfBefore,
	joins,
	type Model,
	referencesOf,
	replaceConstants,
	replaceReferences,
} from './model.js';
import { readModel } from './read-model.js';

/** Everything that a run needs to know of the files. */
export interface Project {
	/** In an order in which every model comes after those it reads. */
	models: Model[];
	tests: DataTest[];
	/** Expressions that the files share. */
	macros: Macro[];
	/** Changes whenever any model does: marts of another one are built anew. */
	checksum: string;
	/** Checksum that changes whenever a model or a data test does. */
	testsChecksum: string;
}

/** The model that knows visitors' days. */
export const carryingOf = ({ models }: Project): Model => models.find(({ carries }) => carries !== undefined) as Model;

/** The project, or everything that is wrong with its files. */
export type Compiled = { ok: true; project: Project } | { ok: false; faults: string[] };

/** The package's own models; the same folder from sources and from built files. */
export const modelsDirectory = fileURLToPath(new URL('../models/', import.meta.url));

/** Files → graph. Reads the folder and changes nothing. */
export function compile(directory: string = modelsDirectory): Compiled {
	const { files, macros, faults } = readSqlFiles(directory);
	const read = files
		.filter(({ folder }) => folder !== 'tests')
		.map(({ name, folder, text }) => readModel(name, folder.replace(/^\d_/, ''), text));
	faults.push(...read.flatMap((result) => (result.ok ? [] : result.faults)));
	const models = read.flatMap((result) => (result.ok ? [result.model] : []));
	const tests = files
		.filter(({ folder }) => folder === 'tests')
		.map(({ name, text }) => ({ name, reads: referencesOf(text), sql: text.trim() }));
	faults.push(...unknownReferences(models, tests), ...models.flatMap((model) => layerFaults(model, models)));
	const sorted = sortByReads(models);
	faults.push(...carryingFaults(models, tests));
	if (!sorted) faults.push(`the models read each other in a circle: ${models.map(({ name }) => name).join(', ')}`);
	if (faults.length > 0 || !sorted) return { ok: false, faults };
	const checksum = checksumOf([sorted, definitions]);
	return { ok: true, project: { models: sorted, tests, macros, checksum, testsChecksum: checksumOf([sorted, tests]) } };
}

const checksumOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

interface SqlFile {
	name: string;
	folder: string;
	/** With constants and macros replaced. */
	text: string;
}

/** The files of models and tests, and what is wrong with the macros that they call. */
function readSqlFiles(directory: string): { files: SqlFile[]; macros: Macro[]; faults: string[] } {
	const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const all = folders
		.map(({ name }) => name)
		.sort()
		.flatMap((folder) =>
			readdirSync(join(directory, folder))
				.filter((file) => file.endsWith('.sql'))
				.sort()
				.map((file) => ({
					name: file.slice(0, -4),
					folder,
					text: replaceConstants(readFileSync(join(directory, folder, file), 'utf8')),
				})),
		);
	const read = all.filter(({ folder }) => folder === 'macros').map(({ name, text }) => readMacro(name, text));
	const macros = read.flatMap((result) => (result.ok ? [result.macro] : []));
	const expanded = all
		.filter(({ folder }) => folder !== 'macros')
		.map(({ name, folder, text }) => ({ folder, name, ...expandMacros(name, text, macros) }));
	return {
		files: expanded.map(({ name, folder, text }) => ({ name, folder, text })),
		macros,
		faults: [
			...read.flatMap((result) => (result.ok ? [] : result.faults)),
			...expanded.flatMap(({ faults }) => faults),
		],
	};
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

/** What was there before is known of visitors, by the one model that has their days. */
function carryingFaults(models: readonly Model[], tests: readonly DataTest[]): string[] {
	const carrying = models.filter(({ carries }) => carries !== undefined);
	const ofVisitors = models.filter(({ refresh }) => refresh.kind === 'visitor');
	const faults = carrying
		.filter((model) => !ofVisitors.includes(model))
		.map(({ name }) => `${name}: @carries needs @refresh visitor`);
	if (ofVisitors.length > 0 && carrying.length !== 1)
		faults.push(
			`one model must have @carries when others have @refresh visitor, not ${carrying.map(({ name }) => name).join(', ') || 'none'}`,
		);
	for (const { name, unit } of ofVisitors)
		if (unit !== 'day') faults.push(`${name}: with @refresh visitor its unit is the day`);
	for (const { name, sql } of [...models, ...tests])
		replaceReferences(sql, (read, extent) => {
			if (isOfBefore(extent) && !ofVisitors.some((model) => model.name === read))
				faults.push(`${name}: {{${read}.${extent}}} needs @refresh visitor in ${read}`);
			return '';
		});
	return [...faults, ...ofVisitors.flatMap((model) => joiningFaults(model, models))];
}

/** Where visits from before are pieces of visits, too, the columns come in the same order. */
function joiningFaults({ name, reads, columns }: Model, models: readonly Model[]): string[] {
	const pieces = models.find((other) => joins(name, other));
	if (pieces === undefined) return [];
	const isSame = JSON.stringify(pieces.columns.slice(0, columns.length)) === JSON.stringify(columns);
	return reads.join() === pieces.name && isSame
		? []
		: [`${name}: it must read ${pieces.name} alone and have the columns that ${pieces.name} begins with`];
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
