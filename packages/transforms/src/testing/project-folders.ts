import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compileWithOwn, type Project, type ProjectWithOwn } from '../compile/compile.js';
import type { OwnLimits } from '../compile/project.js';

/** Project folders of tests, each in a temporary folder of its own. */
export class ProjectFolders {
	readonly #scratch = mkdtempSync(join(tmpdir(), 'footfall-project-'));

	/** Writes a project folder. @param files contents by path, such as `models/signups.sql` @returns its path */
	write(files: Readonly<Record<string, string>>): string {
		const folder = mkdtempSync(join(this.#scratch, 'project-'));
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
		return folder;
	}

	/** Compiles files beside models of this package. Paths in faults begin with `footfall/`. */
	compile(project: Project, files: Readonly<Record<string, string>>, limits?: OwnLimits): ProjectWithOwn {
		const folder = this.write(files);
		const { project: compiled, faults } = compileWithOwn(project, folder, limits);
		return { project: compiled, faults: faults.map((fault) => fault.replaceAll(folder, 'footfall')) };
	}

	/** Removes all folders. */
	remove(): void {
		rmSync(this.#scratch, { recursive: true, force: true });
	}
}
