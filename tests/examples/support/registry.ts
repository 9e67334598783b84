import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { packedOnce } from '../../support/packed.js';

/** Names of the packages without the scope. */
const packages = ['tracker', 'node'];

/** A registry of npm that has the packages of this repository as they are published, and no others. */
export interface Registry {
	/** Line of `.npmrc` with which npm takes packages of the scope from this registry, and all others from its own. */
	npmrc: string;
	stop(): Promise<void>;
}

export async function startRegistry(): Promise<Registry> {
	const tarballs = pack();
	// The cache of npm has answers by their addresses: a port may have been that of an earlier run.
	const base = `/${randomUUID()}`;
	const server = createServer((request, response) => {
		const path = decodeURIComponent(request.url ?? '');
		const tarball = tarballs.find(({ file, manifest }) =>
			[`${base}/${manifest.name}`, `${base}/${file}`].includes(path),
		);
		if (tarball === undefined) response.writeHead(404).end();
		else if (path.endsWith('.tgz')) response.end(tarball.bytes);
		else response.end(JSON.stringify(packumentOf(tarball, `http://${request.headers.host}${base}`)));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}/`;
	return {
		npmrc: `@footfall:registry=${url}\n`,
		async stop() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

interface Tarball {
	file: string;
	bytes: Buffer;
	manifest: { name: string; version: string };
}

function pack(): Tarball[] {
	const packed = packedOnce();
	return packages.map((name) => {
		const path = packed(name);
		const manifest = execFileSync('tar', ['xzOf', path, 'package/package.json'], { encoding: 'utf8' });
		return { file: basename(path), bytes: readFileSync(path), manifest: JSON.parse(manifest) };
	});
}

/** The document of a registry about a package with one version. */
function packumentOf({ file, bytes, manifest }: Tarball, registry: string): object {
	const { name, version } = manifest;
	const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
	const dist = { tarball: `${registry}/${file}`, integrity };
	return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
