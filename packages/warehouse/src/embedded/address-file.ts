import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPlainFile, writePrivateFile } from '@footfall/host';
import { isLocked } from '@footfall/host/kernel';
import type { Accounts } from './accounts.js';
import { engineLock } from './engine-process.js';

/** Address and accounts of a running embedded server. */
export interface ServerAddress extends Accounts {
	url: string;
	/** Process id of the server. */
	pid: number;
}

/** Maximum size of the file that is read. An address has some 300 bytes. */
const bytesMax = 65_536;

const fileOf = (directory: string) => join(directory, 'server.json');

/** Writes the address of a server that is ready, so that other commands on the same data can connect to it. */
export function writeServerAddress(directory: string, address: ServerAddress): void {
	writePrivateFile(fileOf(directory), JSON.stringify(address));
}

export function removeServerAddress(directory: string): void {
	rmSync(fileOf(directory), { force: true });
}

/** The address of the server that runs on a data directory; undefined if none runs. */
export function readServerAddress(directory: string): ServerAddress | undefined {
	let address: ServerAddress;
	try {
		const read = readPlainFile(fileOf(directory), { bytesMax });
		if (read.kind !== 'bytes') return undefined;
		address = JSON.parse(read.bytes.toString('utf8'));
	} catch {
		return undefined;
	}
	// A server that was killed leaves its file. Its process id may belong to another process now, so the lock decides.
	return isLocked(join(directory, engineLock)) ? address : undefined;
}
