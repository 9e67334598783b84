import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeDrafts, writePrivateFile } from '../private-file.js';
import type { Accounts } from './accounts.js';
import { renderServerConfig, renderUsersConfig } from './server-config.js';

/**
 * The configuration of the engine, which has the passwords of both accounts in it. The engine reads it once, at its
 * start; afterwards it would only be there to be read by somebody else.
 */
export interface StartFiles {
	readonly configFile: string;
	readonly usersFile: string;
	/** Tell these two files from those of a later start under the same paths. */
	readonly identities: readonly string[];
}

export function writeStartFiles(directory: string, accounts: Accounts): StartFiles {
	const [configFile, usersFile] = pathsIn(directory);
	writePrivateFile(usersFile, renderUsersConfig(accounts));
	writePrivateFile(configFile, renderServerConfig(usersFile, accounts));
	return { configFile, usersFile, identities: [configFile, usersFile].map((path) => identityOf(path) ?? '') };
}

/** Removes the files of a start, but not those that a later start has put in their place. */
export function removeStartFiles({ configFile, usersFile, identities }: StartFiles): void {
	for (const [at, path] of [configFile, usersFile].entries())
		if (identityOf(path) === identities[at]) rmSync(path, { force: true });
}

/**
 * Removes what starts that were killed left in a data directory: configurations, and drafts of every private file. Only
 * for the owner of the directory, before it writes any of them.
 */
export function removeLeftFiles(directory: string): void {
	const startFiles = pathsIn(directory);
	for (const path of startFiles) rmSync(path, { force: true });
	const kept = ['accounts.json', 'server.json'].map((name) => join(directory, name));
	for (const path of [...startFiles, ...kept]) removeDrafts(path);
}

function pathsIn(directory: string): [configFile: string, usersFile: string] {
	return [join(directory, 'config.xml'), join(directory, 'users.xml')];
}

/** The number of a file alone could be that of an earlier one that is gone. */
function identityOf(path: string): string | undefined {
	const found = statSync(path, { bigint: true, throwIfNoEntry: false });
	return found && `${found.dev} ${found.ino} ${found.mtimeNs}`;
}
