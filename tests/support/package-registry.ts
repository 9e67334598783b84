import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A registry of npm on this machine, with packed packages and nothing else. */
export interface PackageRegistry {
	/** The line of a `.npmrc` by which npm takes packages of Footfall from it, and all others from its usual place. */
	npmrc: string;
	/** Paths that were asked for, in order. */
	asked: string[];
	stop(): void;
}

/** Serves the tarballs of a folder, each as the latest version of its package. */
export async function startPackageRegistry(folder: string): Promise<PackageRegistry> {
	const asked: string[] = [];
	const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
	const manifests = tarballs.map((file) => {
		const words = ['xzOf', join(folder, file), 'package/package.json'];
		return { file, manifest: JSON.parse(execFileSync('tar', words, { encoding: 'utf8' })) };
	});
	const server = createServer((request, response) => {
		const path = decodeURIComponent(request.url ?? '').slice(1);
		asked.push(path);
		const found = manifests.find(({ file, manifest }) => path === manifest.name || path === file);
		if (found === undefined) return response.writeHead(404).end('{}');
		const { file, manifest } = found;
		const bytes = readFileSync(join(folder, file));
		if (path === file) return response.end(bytes);
		const { version } = manifest;
		const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
		const dist = { integrity, tarball: `http://${request.headers.host}/${file}` };
		const versions = { [version]: { ...manifest, dist } };
		return response.end(JSON.stringify({ name: path, 'dist-tags': { latest: version }, versions }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		npmrc: `@footfall:registry=http://127.0.0.1:${port}/\n`,
		asked,
		stop() {
			server.close();
			server.closeAllConnections();
		},
	};
}
