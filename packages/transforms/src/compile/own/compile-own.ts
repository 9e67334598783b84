import { createHash } from 'node:crypto';
import { expandMacros, type Macro, readMacro } from '../macros.js';
import { type DataTest, type Model, type OwnFile, referencesOf, replaceConstants, strayBraces } from '../model.js';
import { defaultOwnLimits, type FaultyModel, type OwnLimits, type OwnProject, type Project } from '../project.js';
import { readModel } from '../read-model.js';
import { modelFaults, testFaults } from './model-faults.js';
import { nameFault } from './name-faults.js';
import { placeOf } from './place-of.js';
import { type ProjectFile, readProjectFolder } from './project-folder.js';
import { formFaults } from './statement-faults.js';

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
	const { files, faults } = readProjectFolder(folder);
	const taken = new Set([...project.models, ...project.tests].map(({ name }) => name.toLowerCase()));
	const faulty = new Map<string, string[]>();
	const blame = (file: ProjectFile, words: string[]) => {
		faults.push(...words);
		if (words.length > 0 && file.kind === 'models') faulty.set(file.name, [...(faulty.get(file.name) ?? []), ...words]);
	};
	const macros = readMacros(project, files, faults);
	const all = [...project.macros, ...macros];
	const read = files
		.filter(({ kind }) => kind !== 'macros')
		.map((file) => ({ file, ...readFile(file, project, all, twinsOf(file, files), taken) }));
	for (const { file, faults: ofFile } of read) blame(file, ofFile);
	const models = read.flatMap(({ model }) => model ?? []);
	const known = [...project.models, ...models];
	for (const { file, model, test } of read) {
		const ofFile = model === undefined ? [] : [...unknownReads(model, known, faulty), ...modelFaults(model, known)];
		const ofTest = test === undefined ? [] : [...unknownReads(test, known, faulty), ...testFaults(test.sql, known)];
		const own = (model ?? test)?.own;
		if (own !== undefined) blame(file, inPlaces(own, [...ofFile, ...ofTest]));
	}
	const { sorted, circle } = sortOwn(models);
	for (const model of circle) {
		const words = `{{${model.reads.find((name) => circle.some((one) => one.name === name))}}}: the models read each other in a circle (${circle.map(({ name }) => name).join(', ')}), so that none can be first; remove one of the references`;
		const file = files.find(({ kind, name }) => kind === 'models' && name === model.name) as ProjectFile;
		blame(file, inPlaces(model.own as OwnFile, [words]));
	}
	const sound = withoutFaulty(sorted, faulty);
	const soundNames = new Set([...project.models, ...sound].map(({ name }) => name));
	const isFaultyTest = (name: string) => read.some(({ file, faults: own }) => file.name === name && own.length > 0);
	const tests = read
		.flatMap(({ test }) => test ?? [])
		.filter((test) => test.reads.every((name) => soundNames.has(name)) && !isFaultyTest(test.name));
	const faultyModels = [...faulty].map(([name, words]): FaultyModel => ({ name, words: words.join('\n') }));
	const own = versioned({ models: sound, tests, macros, faulty: faultyModels, checksum: '', limits });
	return { own, faults: [...new Set(faults)] };
}

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
					fileOf(file),
					words.map((text) => withoutName(`macro ${file.name}`, text)),
				),
			);
			return read.ok && words.length === 0 ? [read.macro] : [];
		});
}

/** The header ends where the first line begins that is neither a comment nor empty. */
function fileOf({ file, source }: ProjectFile, sql?: string): OwnFile {
	const at = sql === undefined ? -1 : source.replaceAll(/^-- @.*$/gm, (line) => ' '.repeat(line.length)).search(/\S/);
	const firstLine = at === -1 ? 1 : source.slice(0, at).split('\n').length;
	return { file, source, firstLine, version: '' };
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
	const own = fileOf(file, source);
	const constants = replaceConstants(source, project.parameters);
	const expanded = expandMacros(name, withEventColumns(constants), macros, true);
	const layer = folders.at(-1) ?? 'own';
	const sql = expanded.text.replaceAll(/^-- @.*$/gm, '').trim();
	const read = kind === 'models' ? readModel(name, layer, expanded.text) : undefined;
	const words = [
		...(named === undefined ? [] : [named]),
		...twins.map((twin) => `"${name}" is the name of ${twin.file}, too; rename one of the files`),
		...expanded.faults.map((text) => withoutName(name, text)),
		...strayBraces(expanded.text).map((braces) => `"${braces}" is not {{MODEL}}, {{CONSTANT}} or {{MACRO(…)}}`),
		...(read === undefined || read.ok ? [] : read.faults.map((text) => withoutName(name, text))),
		...(kind === 'tests' ? formFaults(sql) : []),
	];
	const faults = inPlaces(own, words);
	// A model with another fault is still known, so that those that read it are not reported as well.
	if (read?.ok) return { model: { ...read.model, sql, own }, faults };
	return kind === 'tests' ? { test: { name, reads: referencesOf(sql), sql, own }, faults } : { faults };
}

/** Own models read events from `stg_events`, which has these as columns. */
const withEventColumns = (text: string) => text.replaceAll('{{event_day}}', 'day').replaceAll('{{event_time}}', 'ts');

const withoutName = (name: string, text: string) => (text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text);

const inPlaces = (own: OwnFile, words: readonly string[]) => words.map((text) => `${placeOf(own, text)}: ${text}`);

function unknownReads(
	{ reads }: Pick<Model, 'reads'>,
	known: readonly Model[],
	faulty: ReadonlyMap<string, unknown>,
): string[] {
	return reads
		.filter((name) => !known.some((model) => model.name === name) && !faulty.has(name))
		.map((name) => `{{${name}}} is not a model; "footfall transforms ls" lists the models`);
}

/** Own models in lineage order, and those that read each other in a circle. */
function sortOwn(models: readonly Model[]): { sorted: Model[]; circle: Model[] } {
	const sorted: Model[] = [];
	let waiting = [...models];
	for (;;) {
		const next = waiting.filter(({ reads }) => !waiting.some(({ name }) => reads.includes(name)));
		if (next.length === 0) break;
		sorted.push(...next);
		waiting = waiting.filter((model) => !next.includes(model));
	}
	// A model that only reads one of a circle is not a part of it.
	for (let size = -1; size !== waiting.length; ) {
		size = waiting.length;
		waiting = waiting.filter(({ name }) => waiting.some(({ reads }) => reads.includes(name)));
	}
	return { sorted, circle: waiting };
}

/** The models without faults that read no model with faults; the others are added to those with faults. */
function withoutFaulty(sorted: readonly Model[], faulty: Map<string, string[]>): Model[] {
	return sorted.filter(({ name, reads, own }) => {
		const upstream = reads.find((read) => faulty.has(read));
		if (upstream !== undefined && !faulty.has(name))
			faulty.set(name, [`${own?.file}: it reads ${upstream}, which has a fault`]);
		return !faulty.has(name);
	});
}

const checksumOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** Gives every model its version, and the whole its checksum. */
function versioned(own: OwnProject): OwnProject {
	const versions = new Map<string, string>();
	const models = own.models.map((model) => {
		const { own: file, ...definition } = model;
		const upstream = model.reads.flatMap((name) => versions.get(name) ?? []);
		const tests = own.tests.filter(({ reads }) => reads.includes(model.name)).map(({ sql }) => sql);
		const version = checksumOf([ownGeneration, definition, upstream, tests]);
		versions.set(model.name, version);
		return { ...model, own: { ...(file as OwnFile), version } };
	});
	const parts = [[...versions], own.tests.map(({ name, sql }) => [name, sql]), own.faulty];
	const isEmpty = models.length === 0 && own.tests.length === 0 && own.faulty.length === 0;
	return { ...own, models, checksum: isEmpty ? '' : checksumOf(parts) };
}
