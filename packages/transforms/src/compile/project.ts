import type { Macro } from './macros.js';
import type { DataTest, Model, Parameters } from './model.js';

/** The compiled model and test files. */
export interface Project {
	/** In lineage order: every model comes after its upstream models. */
	models: Model[];
	tests: DataTest[];
	/** Expressions that the files share. */
	macros: Macro[];
	/** Checksum of the models. A run rebuilds marts that were published with another one. */
	checksum: string;
	/** Checksum of the models and the data tests. */
	testsChecksum: string;
	/** Generation of the models, see compile/generation.ts. */
	generation: number;
	/** Values of the models that the caller has chosen. */
	parameters: Parameters;
	/**
	 * Whether the definitions among the parameters are those that a caller wants. If not, because the file with them has
	 * faults or there is no project folder, a run takes those of the published run, see `withPublishedDefinitions`.
	 */
	areDefinitionsRead: boolean;
	/** The first fault of the file with the definitions, with its place; absent for none. */
	definitionsFault?: string;
	/** Models, data tests and macros of a project folder. None of them is among those above, nor in their checksums. */
	own: OwnProject;
}

/** The models, data tests and macros of a project folder, beside those of this package. */
export interface OwnProject {
	/** In lineage order. */
	models: readonly Model[];
	tests: readonly DataTest[];
	macros: readonly Macro[];
	/** Models whose files have faults, with these. Their published rows stay as they are. */
	faulty: readonly FaultyModel[];
	/**
	 * Why models may be missing above although nobody has removed them: the folder, or a part of it, was not read. Then
	 * the published rows of each model that is not among them stay as they are. Undefined if all was read.
	 */
	incomplete: string | undefined;
	/** Checksum of all of these; empty for none. */
	checksum: string;
	limits: OwnLimits;
}

/** An own model that cannot be computed. */
export interface FaultyModel {
	name: string;
	/** The faults, each with its file and line. */
	words: string;
	/** Differs when the faults do. */
	version: string;
}

/** Bounds of one own model in one run. */
export interface OwnLimits {
	/** Longest time of all statements, seconds. */
	seconds: number;
	/** Memory of one statement, bytes. */
	memoryBytes: number;
	/** Rows that one statement writes. @default 20 000 000 */
	rowsMax?: number;
}

export const defaultOwnLimits: OwnLimits = { seconds: 60, memoryBytes: 512 * 1024 * 1024 };

/** A project without a folder. */
export const noOwnModels: OwnProject = {
	models: [],
	tests: [],
	macros: [],
	faulty: [],
	incomplete: undefined,
	checksum: '',
	limits: defaultOwnLimits,
};

/** The own part of a project whose folder was not read: published own models stay as they are. */
export const ownModelsUnread = (incomplete: string, limits: OwnLimits = defaultOwnLimits): OwnProject => ({
	...noOwnModels,
	incomplete,
	limits,
});

/** A project whose models, data tests and macros are those of this package and own ones, for what treats them alike. */
export const withOwn = (project: Project): Project => ({
	...project,
	models: [...project.models, ...project.own.models],
	tests: [...project.tests, ...project.own.tests],
	macros: [...project.macros, ...project.own.macros],
});
