import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DefinitionFault } from '@footfall/definitions';
import { generation } from './generation.js';
import { expandMacros, type Macro, readMacro } from './macros.js';
import {
	addsPublishedRowsOf,
	type DataTest,
	defaultParameters,
	definitionsOf,
	isPublishedExtent,
	type Model,
	type Parameters,
	referencesOf,
	replaceConstants,
	replaceReferences,
	strayBraces,
	withoutComments,
} from './model.js';
import { compileOwn } from './own/compile-own.js';
import { readDefinitions } from './own/read-definitions.js';
import { noOwnModels, type OwnLimits, ownModelsUnread, type Project } from './project.js';
import { readModel, renamedHeaders } from './read-model.js';
import { upkeepFaults } from './upkeep.js';

export type { Project };

/** The model with the days of visitors, see `Model.carries`. */
export const carryingOf = ({ models }: Project): Model => models.find(({ carries }) => carries !== undefined) as Model;

/** The models with @materialized incremental by order. */
export const orderModelsOf = ({ models }: { models: readonly Model[] }): Model[] =>
	models.filter(({ materialized }) => materialized.kind === 'incremental by order');

/** The model by order that looks users up in a model by visitor, see `Model.follows`. */
export const followingOf = (project: { models: readonly Model[] }): Model | undefined =>
	orderModelsOf(project).find(({ follows }) => follows !== undefined);

/** The models by visitor that a model by order reads, without those in which it looks users up, see `Model.follows`. */
const reportsReadBy = ({ reads, follows }: Model, models: readonly Model[]): string[] =>
	models
		.filter(({ name, materialized }) => reads.includes(name) && materialized.kind === 'incremental by visitor')
		.filter(({ columns }) => follows === undefined || columns.some(({ name }) => name === 'order_id'))
		.map(({ name }) => name);

/** The model by visitor with the reports of orders, from which the models by order are computed. */
export const reportsOf = (project: Pick<Project, 'models'>): Model | undefined => {
	const reads = new Set(orderModelsOf(project).flatMap((model) => reportsReadBy(model, project.models)));
	return project.models.find(({ name }) => reads.has(name));
};

/** The ephemeral model of few events that a model by visitor adds to its own published rows, see `Model.events`. */
export const fewEventsOf = ({ name, sql, reads }: Model, models: readonly Model[]): Model | undefined =>
	withoutComments(sql).includes(`{{${name}.before}}`)
		? models.find((read) => read.events !== undefined && reads.includes(read.name))
		: undefined;

/** The project, or all faults of its files. */
export type Compiled = { ok: true; project: Project } | { ok: false; faults: string[] };

/** Folder of the package's own models. The path is the same from `src` and from `dist`. */
export const modelsDirectory = fileURLToPath(new URL('../../models/', import.meta.url));

/**
 * Compiles the models of a folder. Reads files only; no database is needed.
 *
 * @param directory a folder with `1_staging`, `2_intermediate`, `3_marts`, `macros` and `tests`. @default the
 *   package's own models
 * @param parameters values of the models that a caller can choose
 */
export function compile(directory: string = modelsDirectory, parameters = defaultParameters): Compiled {
	const { files, macros, faults } = readSqlFiles(directory, parameters);
	const read = files
		.filter(({ folder }) => folder !== 'tests')
		.map(({ name, folder, text }) => readModel(name, folder, text));
	faults.push(...files.flatMap(({ name, folder, source }) => renamedHeaders(`${folder}/${name}.sql`, source)));
	faults.push(...read.flatMap((result) => (result.ok ? [] : result.faults)));
	const models = read.flatMap((result) => (result.ok ? [result.model] : []));
	const tests = files
		.filter(({ folder }) => folder === 'tests')
		.map(({ name, text }) => ({ name, reads: referencesOf(text), sql: text.trim() }));
	faults.push(...unknownReferences(models, tests), ...models.flatMap((model) => layerFaults(model, models)));
	const sorted = sortByReads(models);
	faults.push(...carryingFaults(models, tests), ...upkeepFaults(models, tests));
	if (!sorted)
		faults.push(
			`the models read each other in a circle, so that none can be first: ${models.map(({ name }) => name).join(', ')}`,
		);
	if (faults.length > 0 || !sorted) return { ok: false, faults };
	const checksum = checksumOf([sorted, definitionsOf(parameters)]);
	const testsChecksum = checksumOf([sorted, tests]);
	const own = noOwnModels;
	const compiled = { models: sorted, tests, macros, checksum, testsChecksum, generation, parameters, own };
	return { ok: true, project: { ...compiled, areDefinitionsRead: true } };
}

/** A project with the models of a project folder. */
export interface ProjectWithOwn {
	/** Without the own models that have faults, and those that read them; see `OwnProject.faulty`. */
	project: Project;
	/** The faults of the files of the folder, each with the file and the line. */
	faults: string[];
}

/**
 * Compiles the models of this package with the definitions of a project folder, and those of the folder. Faults of the
 * definitions are among the faults: the published definitions then stay.
 *
 * @param folder path of an existing folder
 */
export function compileFolder(folder: string, limits?: OwnLimits): ProjectWithOwn {
	const read = readDefinitions(folder);
	const ours = read.ok
		? compileOrThrow(undefined, { ...defaultParameters, definitions: read.definitions })
		: { ...withoutDefinitions(compileOrThrow()), definitionsFault: read.faults.map(faultLine)[0] ?? read.file };
	const { project, faults } = compileWithOwn(ours, folder, limits);
	const ofDefinitions = read.ok ? [] : [...read.faults.map(faultLine), `${read.file}: ${publishedDefinitionsStay}`];
	return { project, faults: [...ofDefinitions, ...faults] };
}

/** End of the line that follows the faults of a file with definitions. */
export const publishedDefinitionsStay = 'the published definitions stay until this is corrected';

const faultLine = ({ file, line, column, words }: DefinitionFault) => `${file}:${line}:${column}: ${words}`;

/** A project whose definitions were not read: a run takes those of the published run. */
export const withoutDefinitions = (project: Project): Project => ({ ...project, areDefinitionsRead: false });

/**
 * Adds the models, data tests and macros of a project folder to the models of this package.
 *
 * @param folder path of an existing folder; undefined for none
 */
export function compileWithOwn(project: Project, folder: string | undefined, limits?: OwnLimits): ProjectWithOwn {
	if (folder === undefined) return { project, faults: [] };
	try {
		const { own, faults } = compileOwn(project, folder, limits);
		return { project: { ...project, own }, faults };
	} catch (error) {
		// Pages send events all the time: no file of this folder may keep the collector from starting.
		const fault = `${folder}: it cannot be compiled (${error instanceof Error ? error.message.slice(0, 300) : error}); undo its last change`;
		return { project: { ...project, own: ownModelsUnread(fault, limits) }, faults: [fault] };
	}
}

/** The model files are wrong; the database was not touched. */
export class CompileFault extends Error {
	override name = 'CompileFault';
}

/** @throws CompileFault with every fault of the files, one a line */
export function compileOrThrow(directory?: string, parameters?: Parameters): Project {
	const compiled = compile(directory, parameters);
	if (!compiled.ok) throw new CompileFault(compiled.faults.join('\n'));
	return compiled.project;
}

const checksumOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

interface SqlFile {
	/** File name without `.sql`. */
	name: string;
	folder: string;
	/** The file as it is on disk. */
	source: string;
	/** The file with its constants and macros replaced. */
	text: string;
}

/** Reads the files of models and tests, and the faults of the macros that they call. */
function readSqlFiles(
	directory: string,
	parameters: Parameters,
): { files: SqlFile[]; macros: Macro[]; faults: string[] } {
	const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const all = folders
		.map(({ name }) => name)
		.sort()
		.flatMap((folder) =>
			readdirSync(join(directory, folder))
				.filter((file) => file.endsWith('.sql'))
				.sort()
				.map((file) => {
					const source = readFileSync(join(directory, folder, file), 'utf8');
					return { name: file.slice(0, -4), folder, source, text: replaceConstants(source, parameters) };
				}),
		);
	const read = all.filter(({ folder }) => folder === 'macros').map(({ name, text }) => readMacro(name, text));
	const macros = read.flatMap((result) => (result.ok ? [result.macro] : []));
	const faults = read.flatMap((result) => (result.ok ? [] : result.faults));
	const files = all
		.filter(({ folder }) => folder !== 'macros')
		.map((file) => {
			const expanded = expandMacros(file.name, file.text, macros);
			faults.push(...expanded.faults, ...braceFaults(file.name, expanded.text));
			return { ...file, text: expanded.text };
		});
	return { files, macros, faults };
}

function braceFaults(file: string, text: string): string[] {
	return strayBraces(text).map(
		(braces) => `${file}: "${braces}" is not {{MODEL}}, {{CONSTANT}} or {{MACRO(…)}}; a header can have constants only`,
	);
}

function unknownReferences(models: readonly Model[], tests: readonly DataTest[]): string[] {
	const known = new Set(models.map(({ name }) => name));
	return [...models, ...tests].flatMap(({ name, reads }) =>
		reads.filter((reference) => !known.has(reference)).map((reference) => `${name}: {{${reference}}} is not a model`),
	);
}

/** A run computes ephemeral models first, then those of visitors, of orders, and of time partitions. */
function layerFaults({ name, materialized, reads }: Model, models: readonly Model[]): string[] {
	const isReadable = (kind: Model['materialized']['kind']): boolean => {
		if (materialized.kind === 'ephemeral') return kind === 'ephemeral';
		if (materialized.kind === 'incremental by visitor')
			return kind === 'ephemeral' || kind === 'incremental by visitor';
		if (materialized.kind === 'incremental by order')
			return kind === 'incremental by order' || kind === 'incremental by visitor';
		return materialized.kind === 'view' || (kind !== 'ephemeral' && kind !== 'view');
	};
	return models
		.filter((read) => reads.includes(read.name) && !isReadable(read.materialized.kind))
		.map(
			(read) =>
				`${name}: a model with @materialized ${materialized.kind} cannot read ${read.name}, which has @materialized ${read.materialized.kind}`,
		);
}

/** References to rows from before the run need models of visitors, and exactly one of these with their days. */
function carryingFaults(models: readonly Model[], tests: readonly DataTest[]): string[] {
	const carrying = models.filter(({ carries }) => carries !== undefined);
	const visitorModels = models.filter(({ materialized }) => materialized.kind === 'incremental by visitor');
	const faults = carrying
		.filter((model) => !visitorModels.includes(model))
		.map(({ name }) => `${name}: @carries needs @materialized incremental by visitor`);
	if (visitorModels.length > 0 && carrying.length !== 1)
		faults.push(
			`exactly one of the models with @materialized incremental by visitor must have @carries, found: ${carrying.map(({ name }) => name).join(', ') || 'none'}`,
		);
	for (const { name, partition } of visitorModels)
		if (partition !== 'day')
			faults.push(`${name}: a model with @materialized incremental by visitor needs @partition day`);
	for (const { name, sql } of [...models, ...tests])
		replaceReferences(sql, (read, extent) => {
			if (isPublishedExtent(extent) && !visitorModels.some((model) => model.name === read))
				faults.push(`${name}: {{${read}.${extent}}} needs @materialized incremental by visitor in ${read}`);
			return '';
		});
	return [...faults, ...visitorModels.flatMap((model) => joiningFaults(model, models)), ...orderFaults(models)];
}

/** Whether a model by order reads what it follows, see `Model.follows`. */
function isFollowable({ materialized, columns, reads, follows }: Model, models: readonly Model[]): boolean {
	const read = models.find(({ name }) => name === follows?.model && reads.includes(name));
	return (
		materialized.kind === 'incremental by order' &&
		read?.materialized.kind === 'incremental by visitor' &&
		columns.some(({ name }) => name === follows?.column) &&
		read.columns.some(({ name }) => name === follows?.list)
	);
}

/** All models by order follow one model by visitor, whose column order_id says which orders a run recomputes. */
function orderFaults(models: readonly Model[]): string[] {
	const ofOrders = orderModelsOf({ models });
	const followed = new Set(ofOrders.flatMap((model) => reportsReadBy(model, models)));
	const faults = ofOrders
		.filter(({ partition }) => partition !== 'day')
		.map(({ name }) => `${name}: a model with @materialized incremental by order needs @partition day`);
	if (followed.size > 1 || (ofOrders.length > 0 && followed.size === 0))
		faults.push(
			`models with @materialized incremental by order must read one model by visitor, the same in all, found: ${[...followed].join(', ') || 'none'}`,
		);
	return [
		...faults,
		...models
			.filter((model) => followed.has(model.name) || ofOrders.includes(model))
			.filter(({ columns }) => !columns.some((column) => column.name === 'order_id'))
			.map(({ name }) => `${name}: it needs a column order_id, by which a run finds the rows of an order`),
		...models
			.filter(({ events, materialized }) => events !== undefined && materialized.kind !== 'ephemeral')
			.map(({ name }) => `${name}: @events needs @materialized ephemeral`),
		...models
			.filter((model) => !model.isDefined && !mayBeUndefined(model))
			.map(({ name }) => `${name}: @defined needs @materialized incremental by visitor or incremental by partition`),
		...models
			.filter((model) => model.reports !== undefined && !ofOrders.includes(model))
			.map(({ name }) => `${name}: @reports needs @materialized incremental by order`),
		...models
			.filter((model) => model.follows !== undefined && !isFollowable(model, models))
			.map(({ name }) => `${name}: @follows needs a column, and a list of a model by visitor that it reads`),
	];
}

const mayBeUndefined = ({ materialized: { kind } }: Model) =>
	kind === 'incremental by visitor' || kind === 'incremental by partition';

/**
 * If an ephemeral model adds the published rows of a model (`addsPublishedRowsOf`), the columns of that model must be
 * the first columns of the ephemeral model, since the rows are added by position.
 */
function joiningFaults({ name, reads, columns }: Model, models: readonly Model[]): string[] {
	const pieces = models.find((other) => addsPublishedRowsOf(name, other));
	if (pieces === undefined) return [];
	const isSame = JSON.stringify(pieces.columns.slice(0, columns.length)) === JSON.stringify(columns);
	return reads.join() === pieces.name && isSame
		? []
		: [
				`${name}: it must read ${pieces.name} alone, and its columns must be the first columns of ${pieces.name}, in the same order`,
			];
}

/** Models in lineage order; undefined when they read each other in a circle. */
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
