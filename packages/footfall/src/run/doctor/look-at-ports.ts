import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@footfall/host';
import type { Listener, TriedPort, WantedPort } from './judge-ports.js';

/** Tries to open each port, one after the other, and looks for the process that has it otherwise. */
export async function tryPorts(ports: readonly WantedPort[]): Promise<TriedPort[]> {
	const tried: TriedPort[] = [];
	for (const { flag, ...address } of ports) {
		const refusal = await freePort(address, flag).then(
			() => undefined,
			(error: Error) => error.message,
		);
		const listener = refusal === undefined ? undefined : listenerOf(address.port);
		tried.push({ ...address, flag, refusal, listener });
	}
	return tried;
}

/** Process id in the lock files of a data directory, if that process runs. */
export function ownerOf(data: string): number | undefined {
	return ['clickhouse', 'log']
		.map((part) => Number(textOf(join(data, part, 'owner.lock'))))
		.find((pid) => pid > 0 && isRunning(pid));
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** State of a socket that listens, in /proc/net/tcp. */
const listening = '0A';

/**
 * The process that listens on a port. Linux shows it for processes of this user, and to root for all; undefined
 * otherwise. Only its name is read, since arguments may have secrets.
 */
function listenerOf(port: number): Listener | undefined {
	const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => socketsOn(port, textOf(table))));
	if (inodes.size === 0) return undefined;
	const pid = processes().find((each) => hasSocket(each, inodes));
	if (pid === undefined) return undefined;
	const parent = /^PPid:\s*(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];
	return {
		pid: Number(pid),
		name: textOf(`/proc/${pid}/comm`).trim(),
		parentPid: parent === undefined ? undefined : Number(parent),
	};
}

/** Inodes of the sockets that listen on a port, from the text of `/proc/net/tcp` or `tcp6`. Pure. */
export function socketsOn(port: number, table: string): string[] {
	const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	return table
		.split('\n')
		.map((line) => line.trim().split(/\s+/))
		.filter(([, local = '', , state]) => local.endsWith(end) && state === listening)
		.map((cells) => cells[9] ?? '');
}

const processes = () => namesIn('/proc').filter((name) => /^\d+$/.test(name));

function hasSocket(pid: string, inodes: ReadonlySet<string>): boolean {
	return namesIn(`/proc/${pid}/fd`).some((fd) => {
		const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
		return inode !== undefined && inodes.has(inode);
	});
}

const namesIn = (folder: string) => or(() => readdirSync(folder), [] as string[]);
const linkOf = (path: string) => or(() => readlinkSync(path), '');
const textOf = (path: string) => or(() => readFileSync(path, 'utf8'), '');

/** A process may end while it is looked at, and those of other users cannot be read. */
function or<Value>(read: () => Value, otherwise: Value): Value {
	try {
		return read();
	} catch {
		return otherwise;
	}
}
