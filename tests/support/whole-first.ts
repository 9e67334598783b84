import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';
import { longAndSmall } from './projects.js';

/**
 * Starts the files that start processes before the unit tests, and long files first: short files are left for the end,
 * when a worker may have nothing else to do. Files of one project follow each other, since a worker is of one project.
 */
export class WholeFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const sorted = await super.sort(files);
		return [0, 1, 2].flatMap((rank) => sorted.filter((file) => rankOf(file) === rank));
	}
}

function rankOf({ moduleId, project }: TestSpecification): number {
	if (project.name === 'unit') return 2;
	return longAndSmall.some((file) => moduleId.endsWith(file)) ? 0 : 1;
}
