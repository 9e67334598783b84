import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ProjectFolders } from '../../testing/project-folders.js';
import { folderStamp } from './folder-stamp.js';

const folders = new ProjectFolders();
afterAll(() => folders.remove());

it('differs after every change of a file or a folder, and only then', () => {
	const folder = folders.write({ 'models/a.sql': 'SELECT 1', 'models/deep/b.sql': 'SELECT 2' });
	const model = join(folder, 'models/a.sql');
	const stamps = [folderStamp(folder)];
	const isNew = (change: () => void) => {
		change();
		const stamp = folderStamp(folder);
		expect(folderStamp(folder)).toBe(stamp);
		const isKnown = stamps.includes(stamp);
		stamps.push(stamp);
		return !isKnown;
	};
	const changes = [
		() => writeFileSync(model, 'SELECT 3'),
		() => utimesSync(model, 1_000, 1_000),
		// The same size, and the time of the last change as it was.
		() => {
			writeFileSync(model, 'SELECT 4');
			utimesSync(model, 1_000, 1_000);
		},
		() => chmodSync(model, 0o600),
		() => writeFileSync(join(folder, 'models/deep/c.sql'), ''),
		() => renameSync(join(folder, 'models/deep/c.sql'), join(folder, 'models/deep/d.sql')),
		() => symlinkSync(model, join(folder, 'models/link.sql')),
		() => mkdirSync(join(folder, 'tests')),
		() => rmSync(model),
		() => rmSync(folder, { recursive: true }),
		() => mkdirSync(folder),
	];
	expect(changes.map((change) => isNew(change))).toEqual(changes.map(() => true));
});

it('is that of a missing folder where there is none', () => {
	expect(folderStamp(join(folders.write({}), 'nothing'))).toMatch(/nothing -$/);
});
