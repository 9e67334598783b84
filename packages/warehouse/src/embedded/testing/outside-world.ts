import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files that no account may read, a directory that no account may change, and a listener that no account may reach. */
export interface OutsideWorld {
	/** Content of the files; an answer that contains it has read one. */
	marker: string;
	directory: string;
	/** A file in that directory. */
	file: string;
	/** A file in the data directory of the server, which the engine itself may read. */
	fileInData: string;
	/** Host and port of the listener. */
	address: string;
	url: string;
	/** Violations so far: incoming connections, and files that were created or changed. */
	traces(): string[];
	close(): void;
}

/** @param serverDirectory the directory of an embedded server */
export async function makeOutsideWorld(serverDirectory: string): Promise<OutsideWorld> {
	const marker = `marker${randomBytes(12).toString('hex')}`;
	const directory = mkdtempSync(join(tmpdir(), 'footfall-outside-'));
	const file = join(directory, 'marker.txt');
	const fileInData = join(serverDirectory, 'data', 'marker.txt');
	mkdirSync(join(directory, 'empty'));
	// The content is a row in every simple format, and a script that prints itself.
	const content = `#!/bin/sh\necho ${marker}\n`;
	for (const path of [file, fileInData]) writeFileSync(path, content, { mode: 0o755 });
	const connections: string[] = [];
	const listener = createServer((socket) => {
		connections.push(`a connection from port ${socket.remotePort}`);
		socket.on('error', () => undefined);
		socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${marker.length}\r\n\r\n${marker}`);
	});
	await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
	const address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
	const isUnchanged = () =>
		[file, fileInData].every((path) => readFileSync(path, 'utf8') === content) &&
		readdirSync(directory, { recursive: true }).sort().join() === 'empty,marker.txt';
	return {
		marker,
		directory,
		file,
		fileInData,
		address,
		url: `http://${address}/marker.txt`,
		traces: () => [...connections, ...(isUnchanged() ? [] : ['files were made, changed or removed'])],
		close() {
			listener.close();
			rmSync(directory, { recursive: true, force: true });
		},
	};
}
