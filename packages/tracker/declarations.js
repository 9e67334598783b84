import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inlineOrderFields } from '../protocol/declarations.js';

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
		inlineOrderFields(join(types, 'options.d.ts'));
		for (const file of declarationsIn(types)) {
			const path = join(types, file);
			const text = readFileSync(path, 'utf8');
			const from = relative(dirname(path), target)
				.replaceAll('\\', '/')
				.replace(/^(?!\.)/, './');
			const complete = text.replaceAll(/'@footfall\/protocol(\/names)?'/g, `'${from}$1/index.js'`);
			if (complete !== text) writeFileSync(path, complete);
		}
		for (const file of declarationsIn(protocol).filter((name) => !name.startsWith('testing')))
			cpSync(join(protocol, file), join(target, file));
	},
});
