import { expect, it } from 'vitest';
import { compileOrThrow } from '../../compile/compile.js';
import { generation } from '../../compile/generation.js';
import { planRun } from '../../plan/plan.js';
import { renderedChecksum } from './rendered.js';

const project = compileOrThrow();

it('raises the generation when the statements of the engine change', () => {
	// If this fails, raise `generation` in compile/generation.ts, and state it here with the new checksum.
	expect({ generation, rendered: renderedChecksum(project) }).toEqual({ generation: 11, rendered: '718410fa96682436' });
});

it('differs when a statement that the engine makes from the same files differs', () => {
	const [first, ...others] = project.models;
	const changed = { ...project, models: [{ ...first, order: ['site'] } as typeof first, ...others] };
	expect(renderedChecksum(changed as typeof project)).not.toBe(renderedChecksum(project));
});

it('makes a run a rebuild when it differs from that of the published run', () => {
	const judged = { tests: '', list: 0n, hashKey: '', generation, rendered: 'of another engine' };
	const published = {
		run: 1n,
		models: project.checksum,
		judged,
		kind: 'rebuild',
		watermark: {},
		manifest: {},
	} as const;
	const rendered = renderedChecksum(project);
	expect(planRun({ published, parts: [], nowUs: 2n }, project.checksum, { rendered })).toMatchObject({
		kind: 'rebuild',
		why: 'models changed',
	});
});
