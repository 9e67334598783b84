import { statSync } from 'node:fs';
import { StartRefusal } from '@footfall/host';
import {
	compileFolder,
	compileOrThrow,
	folderStamp,
	type OwnLimits,
	ownModelsUnread,
	type Project,
	type ProjectWithOwn,
	withoutDefinitions,
} from '@footfall/transforms';
import type { projectOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';

type ProjectSettings = Settings<(typeof projectOptions)[number]>;

/** Read if it exists and no setting names another folder. */
export const defaultProjectFolder = 'footfall';

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Compiles the models of Footfall and those of the project folder.
 *
 * @returns the project without the own models that have faults, and these faults, each with the file and the line.
 *   Without a folder, published own models stay as they are: only an empty one removes them.
 * @throws StartRefusal when the settings name a folder that does not exist
 */
function readProject(settings: ProjectSettings): ProjectWithOwn {
	projectFolder(settings);
	return readFolder(settings);
}

/**
 * The path of the project folder; undefined if there is none.
 *
 * @throws StartRefusal when the settings name a folder that does not exist
 */
export function projectFolder({ project: named }: Pick<ProjectSettings, 'project'>): string | undefined {
	if (named !== undefined && !isFolder(named))
		throw new StartRefusal(`--project: the folder ${named} does not exist; footfall init creates one, or name another`);
	const folder = named ?? defaultProjectFolder;
	return isFolder(folder) ? folder : undefined;
}

function readFolder(settings: ProjectSettings): ProjectWithOwn {
	const { project: named, modelSeconds: seconds, modelMemory: memoryBytes } = settings;
	const limits: OwnLimits = { seconds, memoryBytes };
	const folder = named ?? defaultProjectFolder;
	if (isFolder(folder)) return compileFolder(folder, limits);
	// An operator who starts Footfall in another directory has not removed the models.
	const absent =
		named === undefined
			? `there is no folder ${defaultProjectFolder} in ${process.cwd()}, so that models of your own are not computed; start where it is, name it with --project, or create an empty folder ${defaultProjectFolder} to remove these models`
			: `the folder ${named} does not exist any more, so that models of your own are not computed; restore it, or create an empty folder to remove these models`;
	const ours = withoutDefinitions(compileOrThrow());
	return { project: { ...ours, own: ownModelsUnread(absent, limits) }, faults: [] };
}

/** The project of a process that runs for long. */
export interface FollowedProject {
	/** The project as it was read last. */
	readonly current: ProjectWithOwn;
	/** Reads the project folder again if something has changed in it since. */
	next(): Project;
}

/**
 * Reads the project, and again whenever something has changed in its folder.
 *
 * @param onChange called after each further reading with all faults of the files
 * @throws StartRefusal as `readProject`
 */
export function followProject(
	settings: ProjectSettings,
	onChange: (faults: readonly string[]) => void,
): FollowedProject {
	const folder = settings.project ?? defaultProjectFolder;
	// Before it is read, so that a change in the meantime is found at the next look.
	let stamp = folderStamp(folder);
	let current = readProject(settings);
	return {
		get current() {
			return current;
		},
		next() {
			const now = folderStamp(folder);
			if (now !== stamp) {
				stamp = now;
				current = readFolder(settings);
				onChange(current.faults);
			}
			return current.project;
		},
	};
}
