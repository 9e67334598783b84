// Removes what builds have written, so that no file of a source that was removed since is packed.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes the built files of all packages, and what TypeScript knows of them. */
export function removeBuilt(root) {
	const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
	for (const folder of [...packages, 'demo-shop']) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
}
