import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = fileURLToPath(new URL('dist/types', import.meta.url));
const protocol = fileURLToPath(new URL('../protocol/dist', import.meta.url));

/** Returns the declarations in a folder, by their paths in it. */
const declarationsIn = (folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));

/**
 * Rollup plugin: makes the declarations of the package complete. The bundle contains the code of the protocol, so that
 * the package has no dependency; its types have to be in the package, too.
 */
export const completeDeclarations = () => ({
	name: 'complete-declarations',
	writeBundle() {
		const target = join(types, 'protocol');
		mkdirSync(target, { recursive: true });
		for (const file of declarationsIn(types)) {
			const path = join(types, file);
			const text = readFileSync(path, 'utf8');
			const from = relative(dirname(path), join(target, 'index.js'))
				.replaceAll('\\', '/')
				.replace(/^(?!\.)/, './');
			if (text.includes(`'@footfall/protocol'`))
				writeFileSync(path, text.replaceAll(`'@footfall/protocol'`, `'${from}'`));
		}
		for (const file of readdirSync(protocol).filter((name) => name.endsWith('.d.ts'))) {
			copyFileSync(join(protocol, file), join(target, file));
		}
	},
});
