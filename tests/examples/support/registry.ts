import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packScript = fileURLToPath(new URL('../../../scripts/pack.js', import.meta.url));
const packages = ['@footfall/tracker', '@footfall/node'];

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
	const folder = mkdtempSync(join(tmpdir(), 'footfall-examples-packed-'));
	try {
		execFileSync(process.execPath, [packScript, folder, ...packages], { stdio: 'pipe' });
		return readdirSync(folder).map((file) => {
			const manifest = execFileSync('tar', ['xzOf', join(folder, file), 'package/package.json'], { encoding: 'utf8' });
			return { file, bytes: readFileSync(join(folder, file)), manifest: JSON.parse(manifest) };
		});
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** The document of a registry about a package with one version. */
function packumentOf({ file, bytes, manifest }: Tarball, registry: string): object {
	const { name, version } = manifest;
	const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
	const dist = { tarball: `${registry}/${file}`, integrity };
	return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
