import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPlainFile, StartRefusal } from '@footfall/host';
import type { initOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import { schemaComment } from '../settings/settings-schema.js';
import { defaultProjectFolder } from '../stack/read-project.js';
import { commandName } from '../terminal/command-name.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';

/** The path is the same from `src` and from `dist`. */
const templates = fileURLToPath(new URL('../../templates/', import.meta.url));

/**
 * `footfall init`: writes a project folder, and a settings file that names it, into the directory where Footfall reads
 * them: the working directory, or the one with the folder if that is somewhere else. Definitions and settings have
 * their schemas beside them. It overwrites nothing but schemas of another version.
 */
export async function runInit(
	{ project }: Settings<(typeof initOptions)[number]>,
	{ print }: Pick<Context, 'print'>,
): Promise<number> {
	const folder = normalize(project ?? defaultProjectFolder);
	const isHere = !isAbsolute(folder) && folder.split(sep)[0] !== '..';
	const home = isHere ? '' : dirname(folder);
	const named = (isHere ? folder : basename(folder)).replace(/[\\/]$/, '');
	const files = readdirSync(join(templates, 'footfall'), { recursive: true, encoding: 'utf8' })
		.filter((path) => /\.(?:sql|jsonc)$/.test(path))
		.sort((a, b) => (a < b ? -1 : 1))
		// A template of JSON with comments is a file that Footfall reads as .json.
		.map((path) => ({ from: join(templates, 'footfall', path), to: join(folder, path.replace(/\.jsonc$/, '.json')) }));
	const wrote = (isNew: boolean, to: string) => print(`${isNew ? 'Wrote ' : 'Kept  '} ${to}`);
	for (const { from, to } of files) wrote(writeNew(to, readFileSync(from, 'utf8')), to);
	const settings = join(home, 'footfall.json');
	const schemas = [
		{ from: join('footfall', definitionsSchemaFile), to: join(folder, definitionsSchemaFile) },
		{ from: schemaFile, to: join(home, schemaFile) },
	];
	for (const { from, to } of schemas) wrote(writeSchema(from, to), to);
	const isNew = writeNew(settings, settingsFor(named));
	wrote(isNew, settings);
	if (!isNew && named !== defaultProjectFolder)
		print(`${settings} was there before: let it have the setting "project": ${JSON.stringify(named)}.`);
	const command = commandName();
	const where = isHere ? '' : `, started in ${home},`;
	print(
		`${command} up${where} computes the models of ${folder}; ${command} transforms ls --select tag:example lists the example.`,
	);
	return exitCodes.success;
}

/** The settings file, with the folder of the project. */
const settingsFor = (folder: string) =>
	readFileSync(join(templates, 'settings.jsonc'), 'utf8').replace(
		`"project": "${defaultProjectFolder}"`,
		() => `"project": ${JSON.stringify(folder)}`,
	);

/** The name of the schema, to which the settings file refers. */
const schemaFile = 'footfall.schema.json';
/** The name of the schema in the project folder, to which the definitions refer. */
const definitionsSchemaFile = 'definitions.schema.json';

/** Writes a schema, unless that of this version is there, or a file that is not of Footfall. */
function writeSchema(from: string, to: string): boolean {
	const text = readFileSync(join(templates, from), 'utf8');
	const found = readPlainFile(to, { followsLinks: false });
	const before = found.kind === 'bytes' ? found.bytes.toString('utf8') : '';
	if (before === text || !before.includes(JSON.stringify(schemaComment))) return writeNew(to, text);
	rmSync(to);
	return writeNew(to, text);
}

/** Writes a file unless there is one. @returns whether it was written @throws StartRefusal if it cannot be written */
function writeNew(to: string, text: string): boolean {
	// A link that leads nowhere counts as a file, too.
	if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return false;
	try {
		mkdirSync(dirname(to), { recursive: true });
		writeFileSync(to, text, { flag: 'wx' });
		return true;
	} catch (error) {
		const reason = error instanceof Error ? error.message : error;
		throw new StartRefusal(`${to} cannot be written (${reason}); name another folder with --project`);
	}
}
