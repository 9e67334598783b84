import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expandMacros, type Macro, readMacro } from '../macros.js';
import { type DataTest, type Model, type OwnFile, referencesOf, replaceConstants, strayBraces } from '../model.js';
import { defaultOwnLimits, type FaultyModel, type OwnLimits, type OwnProject, type Project } from '../project.js';
import { readModel } from '../read-model.js';
import { tokensOf } from '../sql-tokens.js';
import { modelFaults, testFaults } from './faults/model-faults.js';
import { nameFault } from './faults/name-faults.js';
import { placeOf } from './place-of.js';
import { type ProjectFile, readProjectFolder } from './project-folder.js';

/** The own part of a project, and all faults of its files, each with the file and the line. */
export interface OwnCompiled {
	/** Without the files that have faults. */
	own: OwnProject;
	faults: string[];
}

/**
 * Number of the way in which the engine computes own models. It is a part of the version of each, so that a Footfall
 * that computes them in another way computes all of them again.
 */
const ownGeneration = 1;

/**
 * Compiles the models, data tests and macros of a project folder, which read those of this package and each other.
 * A file with a fault is left out, with the models that read it, so that the others can be computed.
 *
 * @param project the compiled models of this package
 * @param folder path of an existing folder
 */
export function compileOwn(project: Project, folder: string, limits: OwnLimits = defaultOwnLimits): OwnCompiled {
	const { files, faults, unreadModels, incomplete } = readProjectFolder(folder);
	const taken = new Set([...project.models, ...project.tests].map(({ name }) => name.toLowerCase()));
	const faulty = new Map<string, string[]>();
	const noteFaulty = (name: string, words: string[]) => {
		// A file with the name of a model of this package is no model.
		if (words.length > 0 && !taken.has(name.toLowerCase())) faulty.set(name, [...(faulty.get(name) ?? []), ...words]);
	};
	const blame = (name: string, words: string[]) => {
		faults.push(...words);
		noteFaulty(name, words);
	};
	for (const { name, words } of unreadModels) noteFaulty(name, [words]);
	const macros = readMacros(project, files, faults);
	const all = [...project.macros, ...macros];
	const read = files
		.filter(({ kind }) => kind !== 'macros')
		.map((file) => ({ file, ...readFile(file, project, all, twinsOf(file, files), taken) }));
	const faultyTests = new Set<string>();
	const blameFile = ({ kind, name }: ProjectFile, words: string[]) => {
		if (kind === 'models') return blame(name, words);
		faults.push(...words);
		if (words.length > 0) faultyTests.add(name);
	};
	for (const { file, faults: ofFile } of read) blameFile(file, ofFile);
	const models = read.flatMap(({ model }) => model ?? []).filter(({ name }) => !taken.has(name.toLowerCase()));
	const known = [...project.models, ...models];
	const isFaulty = (name: string) => faulty.has(name);
	for (const { file, model, test } of read) {
		const ofModel = model === undefined ? [] : modelFaults(model, known);
		const ofTest = test === undefined ? [] : testFaults(test.sql, known);
		const own = (model ?? test)?.own;
		const reads = (model ?? test)?.reads ?? [];
		if (own !== undefined)
			blameFile(file, inPlaces(own, [...unknownReads(reads, known, isFaulty, incomplete), ...ofModel, ...ofTest]));
	}
	const { sorted, circle, readers } = sortOwn(models);
	for (const model of circle) {
		const words = `{{${model.reads.find((name) => circle.some((one) => one.name === name))}}}: the models read each other in a circle (${circle.map(({ name }) => name).join(', ')}), so that none can be first; remove one of the references`;
		blame(model.name, inPlaces(model.own as OwnFile, [words]));
	}
	const sound = withoutFaulty([...sorted, ...readers], faulty);
	const soundNames = new Set([...project.models, ...sound].map(({ name }) => name));
	const tests = read
		.flatMap(({ test }) => test ?? [])
		.filter((test) => test.reads.every((name) => soundNames.has(name)) && !faultyTests.has(test.name));
	const faultyModels = [...faulty].map(([name, words]) => faultyModel(name, words.join('\n'), folder));
	const own = versioned({ models: sound, tests, macros, faulty: faultyModels, incomplete, checksum: '', limits });
	return { own, faults: [...new Set(faults)] };
}

/** The version is the same for two processes that name the folder in different ways. */
const faultyModel = (name: string, words: string, folder: string): FaultyModel => ({
	name,
	words,
	version: checksumOf(words.replaceAll(join(folder, '/'), '')),
});

/** Other files of the same kind with the same name, in other folders. */
const twinsOf = (file: ProjectFile, files: readonly ProjectFile[]) =>
	files.filter((one) => one !== file && one.kind === file.kind && one.name === file.name);

function readMacros(project: Project, files: readonly ProjectFile[], faults: string[]): Macro[] {
	const ours = new Set(project.macros.map(({ name }) => name));
	return files
		.filter(({ kind }) => kind === 'macros')
		.flatMap((file) => {
			const named = nameFault(file.name, ours);
			const read = readMacro(file.name, replaceConstants(file.source, project.parameters));
			const words = [...(named === undefined ? [] : [named]), ...(read.ok ? [] : read.faults)];
			faults.push(
				...inPlaces(
					statementOf(file, '').own,
					words.map((text) => withoutName(`macro ${file.name}`, text)),
				),
			);
			return read.ok && words.length === 0 ? [read.macro] : [];
		});
}

/**
 * The statement of a file: from the first line that is neither a comment nor empty, so that a fault without a line of
 * its own is on the line where the statement begins.
 *
 * @param text the file with its constants and macros replaced, on the same lines
 */
function statementOf({ file, source }: ProjectFile, text: string): { sql: string; own: OwnFile } {
	const [first] = tokensOf(text);
	const at = first === undefined ? text.length : first.at;
	const firstLine = first === undefined ? 1 : text.slice(0, at).split('\n').length;
	// A line of the header below the first line of the statement is a comment, too.
	const sql = text
		.slice(at)
		.replaceAll(/^-- @.*$/gm, '')
		.trim();
	return { sql, own: { file, source, firstLine, version: '' } };
}

interface ReadFile {
	model?: Model;
	test?: DataTest;
	faults: string[];
}

function readFile(
	file: ProjectFile,
	project: Project,
	macros: readonly Macro[],
	twins: readonly ProjectFile[],
	taken: ReadonlySet<string>,
): ReadFile {
	const { name, kind, source, folders } = file;
	const named = nameFault(name, taken);
	const constants = replaceConstants(source, project.parameters);
	const expanded = expandMacros(name, withEventColumns(constants), macros, true);
	const layer = folders.at(-1) ?? 'own';
	const { sql, own } = statementOf(file, expanded.text);
	const read = kind === 'models' ? readModel(name, layer, expanded.text) : undefined;
	const words = [
		...(named === undefined ? [] : [named]),
		...twins.map((twin) => `"${name}" is the name of ${twin.file}, too; rename one of the files`),
		...expanded.faults.map((text) => withoutName(name, text)),
		...strayBraces(expanded.text).map((braces) => `"${braces}" is not {{MODEL}}, {{CONSTANT}} or {{MACRO(…)}}`),
		...(read === undefined || read.ok ? [] : read.faults.map((text) => withoutName(name, text))),
	];
	const faults = inPlaces(own, words);
	// A model with another fault is still known, so that those that read it are not reported as well.
	if (read?.ok) return { model: { ...read.model, sql, own }, faults };
	return kind === 'tests' ? { test: { name, reads: referencesOf(sql), sql, own }, faults } : { faults };
}

/** Own models read events from `stg_events`, which has these as columns. */
const withEventColumns = (text: string) => text.replaceAll('{{event_day}}', 'day').replaceAll('{{event_time}}', 'ts');

const withoutName = (name: string, text: string) => (text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text);

/** Longest list of the faults of a file. */
const faultsMax = 20;

/** Faults with their places, each once. */
function inPlaces(own: OwnFile, words: readonly string[]): string[] {
	const each = [...new Set(words)];
	const told = each.slice(0, faultsMax).map((text) => `${placeOf(own, text)}: ${text}`);
	const more = each.length - told.length;
	return more === 0 ? told : [...told, `${own.file}: it has ${more} more faults; correct these first`];
}

/** @param incomplete why files of models may not have been read; undefined if all were */
function unknownReads(
	reads: readonly string[],
	known: readonly Model[],
	isFaulty: (name: string) => boolean,
	incomplete: string | undefined,
): string[] {
	return reads
		.filter((name) => !known.some((model) => model.name === name) && !isFaulty(name))
		.map((name) =>
			incomplete === undefined
				? `{{${name}}} is not a model; "footfall transforms ls" lists the models`
				: `{{${name}}} is not among the models that were read, since a part of the project folder was not`,
		);
}

/** Own models in lineage order, those that read each other in a circle, and all others, which read these. */
function sortOwn(models: readonly Model[]): { sorted: Model[]; circle: Model[]; readers: Model[] } {
	const sorted: Model[] = [];
	let waiting = [...models];
	for (;;) {
		const next = waiting.filter(({ reads }) => !waiting.some(({ name }) => reads.includes(name)));
		if (next.length === 0) break;
		sorted.push(...next);
		waiting = waiting.filter((model) => !next.includes(model));
	}
	// A model that only reads one of a circle is not a part of it.
	let circle = waiting;
	for (let size = -1; size !== circle.length; ) {
		size = circle.length;
		circle = circle.filter(({ name }) => circle.some(({ reads }) => reads.includes(name)));
	}
	return { sorted, circle, readers: waiting.filter((model) => !circle.includes(model)) };
}

/** The models without faults that read no model with faults; the others are added to those with faults. */
function withoutFaulty(models: readonly Model[], faulty: Map<string, string[]>): Model[] {
	for (let size = -1; size !== faulty.size; ) {
		size = faulty.size;
		for (const { name, reads, own } of models) {
			const upstream = reads.find((read) => faulty.has(read));
			if (upstream !== undefined && !faulty.has(name))
				faulty.set(name, [`${own?.file}: it reads ${upstream}, which has a fault`]);
		}
	}
	return models.filter(({ name }) => !faulty.has(name));
}

const checksumOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Gives every model its version, and the whole its checksum. */
function versioned(own: OwnProject): OwnProject {
	const versions = new Map<string, string>();
	const models = own.models.map((model) => {
		// A folder of models is for readers: a file that is moved to another one has the same rows.
		const { own: file, layer: _, ...definition } = model;
		const upstream = model.reads.flatMap((name) => versions.get(name) ?? []);
		const tests = own.tests.filter(({ reads }) => reads.includes(model.name)).map(({ sql }) => sql);
		const version = checksumOf([ownGeneration, definition, upstream, tests]);
		versions.set(model.name, version);
		return { ...model, own: { ...(file as OwnFile), version } };
	});
	// Without the words of faults, which have the path of the folder as a process names it.
	const faulty = own.faulty.map(({ name }) => name);
	const isWhole = own.incomplete === undefined;
	const parts = [[...versions], own.tests.map(({ name, sql }) => [name, sql]), faulty, isWhole];
	const isEmpty = models.length === 0 && own.tests.length === 0 && faulty.length === 0 && isWhole;
	return { ...own, models, checksum: isEmpty ? '' : checksumOf(parts) };
}
