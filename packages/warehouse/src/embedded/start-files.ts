import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeDrafts, writePrivateFile } from '@footfall/host';
import type { Accounts } from './accounts.js';
import { renderServerConfig, renderUsersConfig } from './server-config.js';

/**
 * The configuration files of the engine. They contain the passwords of both accounts. The engine reads them once, at
 * its start, and they are removed then, so that no other program can read them.
 */
export interface StartFiles {
	readonly configFile: string;
	readonly usersFile: string;
	/** Identities of the two files, which distinguish them from the files of a later start at the same paths. */
	readonly identities: readonly string[];
}

export function writeStartFiles(directory: string, accounts: Accounts): StartFiles {
	const [configFile, usersFile] = pathsIn(directory);
	writePrivateFile(usersFile, renderUsersConfig(accounts));
	writePrivateFile(configFile, renderServerConfig(usersFile, accounts));
	return { configFile, usersFile, identities: [configFile, usersFile].map((path) => identityOf(path) ?? '') };
}

/** Removes the files of a start, but not files of a later start at the same paths. */
export function removeStartFiles({ configFile, usersFile, identities }: StartFiles): void {
	for (const [at, path] of [configFile, usersFile].entries())
		if (identityOf(path) === identities[at]) rmSync(path, { force: true });
}

/**
 * Removes the files that killed starts left in a data directory: configurations, and drafts of every private file.
 * Only the owner of the directory may call it, before it writes any of these files.
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

/** Identifies a file. The inode number alone could be that of an earlier, removed file. */
function identityOf(path: string): string | undefined {
	const found = statSync(path, { bigint: true, throwIfNoEntry: false });
	return found && `${found.dev} ${found.ino} ${found.mtimeNs}`;
}
