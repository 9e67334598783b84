import { stat } from 'node:fs/promises';
import { StartRefusal } from '@footfall/host';
import { withoutUrl } from '@footfall/json';

/** Checks the path that a command line gives. @throws StartRefusal if there is no file */
export async function requireFile(path: string): Promise<void> {
	const found = await stat(path).catch(() => undefined);
	if (!found?.isFile()) throw notFile(path);
}

/** The refusal of a path at which there is no file. Pure. */
export const notFile = (path: string): StartRefusal =>
	new StartRefusal(`${withoutUrl(path)} is not a file; give the path of a file`);
