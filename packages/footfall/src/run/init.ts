import { constants, copyFileSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartRefusal } from '@footfall/host';
import type { initOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import { defaultProjectFolder } from '../stack/read-project.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';

/** The path is the same from `src` and from `dist`. */
const templates = fileURLToPath(new URL('../../templates/', import.meta.url));

/** `footfall init`: writes a project folder and a settings file beside it. It overwrites nothing. */
export async function runInit(
	{ project }: Settings<(typeof initOptions)[number]>,
	{ print }: Pick<Context, 'print'>,
): Promise<number> {
	const folder = project ?? defaultProjectFolder;
	const files = readdirSync(join(templates, 'footfall'), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith('.sql'))
		.sort((a, b) => (a < b ? -1 : 1))
		.map((path) => ({ from: join(templates, 'footfall', path), to: join(folder, path) }));
	const settings = { from: join(templates, 'settings.jsonc'), to: join(dirname(folder), 'footfall.json') };
	for (const { from, to } of [...files, settings]) print(`${copyNew(from, to) ? 'Wrote ' : 'Kept  '} ${to}`);
	print(`footfall up computes the models of ${folder}; footfall transforms ls --select tag:example lists the example.`);
	return exitCodes.success;
}

/** Copies a file unless there is one. @returns whether it was copied @throws StartRefusal if it cannot be written */
function copyNew(from: string, to: string): boolean {
	// A link that leads nowhere counts as a file, too.
	if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return false;
	try {
		mkdirSync(dirname(to), { recursive: true });
		copyFileSync(from, to, constants.COPYFILE_EXCL);
		return true;
	} catch (error) {
		const reason = error instanceof Error ? error.message : error;
		throw new StartRefusal(`${to} cannot be written (${reason}); name another folder with --project`);
	}
}
