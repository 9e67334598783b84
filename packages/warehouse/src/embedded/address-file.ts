import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isLocked } from '../kernel-lock.js';
import { writePrivateFile } from '../private-file.js';
import type { Accounts } from './accounts.js';
import { engineLock } from './engine-process.js';

/** Where a running embedded server answers, and to whom. */
export interface ServerAddress extends Accounts {
	url: string;
	/** The process that runs it. */
	pid: number;
}

const fileOf = (directory: string) => join(directory, 'server.json');

/** Written when the server is ready, so that other commands on the same data can talk to it. */
export function writeServerAddress(directory: string, address: ServerAddress): void {
	writePrivateFile(fileOf(directory), JSON.stringify(address));
}

export function removeServerAddress(directory: string): void {
	rmSync(fileOf(directory), { force: true });
}

/** The address of the server that runs on a data directory; undefined when none does. */
export function readServerAddress(directory: string): ServerAddress | undefined {
	let address: ServerAddress;
	try {
		address = JSON.parse(readFileSync(fileOf(directory), 'utf8'));
	} catch {
		return undefined;
	}
	// A server that was killed leaves its file behind. Its process id tells nothing, another may have it by now; its lock does.
	return isLocked(join(directory, engineLock)) ? address : undefined;
}
