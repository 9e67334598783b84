import { statSync } from 'node:fs';
import { StartRefusal } from '@footfall/host';
import { compileOrThrow, compileWithOwn, ownModelsUnread, type ProjectWithOwn } from '@footfall/transforms';
import type { projectOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';

/** Read if it exists and no setting names another folder. */
export const defaultProjectFolder = 'footfall';

/**
 * Compiles the models of Footfall and those of the project folder.
 *
 * @returns the project without the own models that have faults, and these faults, each with the file and the line.
 *   Without a folder, published own models stay as they are: only an empty one removes them.
 * @throws StartRefusal when the settings name a folder that does not exist
 */
export function readProject({
	project: named,
	modelSeconds: seconds,
	modelMemory: memoryBytes,
}: Settings<(typeof projectOptions)[number]>): ProjectWithOwn {
	const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
	if (named !== undefined && !isFolder(named))
		throw new StartRefusal(`--project: the folder ${named} does not exist; footfall init creates one, or name another`);
	const limits = { seconds, memoryBytes };
	const folder = named ?? (isFolder(defaultProjectFolder) ? defaultProjectFolder : undefined);
	if (folder !== undefined) return compileWithOwn(compileOrThrow(), folder, limits);
	// An operator who starts Footfall in another directory has not removed the models.
	const absent = `there is no folder ${defaultProjectFolder} in ${process.cwd()}, so that models of your own are not computed; start where it is, name it with --project, or create an empty folder ${defaultProjectFolder} to remove these models`;
	return { project: { ...compileOrThrow(), own: ownModelsUnread(absent, limits) }, faults: [] };
}
