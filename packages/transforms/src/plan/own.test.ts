import { expect, it } from 'vitest';
import type { Model } from '../compile/model.js';
import { noOwnModels } from '../compile/project.js';
import { planOwn } from './own.js';
import type { OwnFault, OwnStates } from './plan.js';

const model = (name: string, reads: string[] = []) =>
	({ name, reads, own: { file: `${name}.sql`, source: '', firstLine: 1, version: name } }) as unknown as Model;
const fault = (parts: Partial<OwnFault>): OwnFault => ({
	...{ words: '', version: '', upstream: '', sinceMs: 0, failures: 1, failedAtUs: '0' },
	...parts,
});

it('computes models that follow first, then those that a run had no time for, and at last those that failed', () => {
	const own = {
		...noOwnModels,
		models: ['failed', 'added', 'late', 'later', 'sound', 'reader'].map((name) =>
			model(name, name === 'reader' ? ['late'] : []),
		),
	};
	const states: OwnStates = {
		failed: { version: '', table: '', fault: fault({ version: 'failed' }) },
		later: { version: '', table: '', fault: fault({ version: 'later', sinceMs: 2, isDeferred: true }) },
		late: { version: '', table: '', fault: fault({ version: 'late', sinceMs: 1, isDeferred: true }) },
		reader: { version: '', table: '', fault: fault({ version: 'reader', upstream: 'late' }) },
		sound: { version: 'sound', table: '' },
	};
	const { tasks, isReason } = planOwn(states, own, 61_000_000n, false);
	expect(tasks.map(({ model: { name }, how }) => `${name} ${how}`)).toEqual([
		'sound follow',
		'late rebuild',
		'later rebuild',
		'added rebuild',
		'reader rebuild',
		'failed rebuild',
	]);
	expect(isReason).toBe(true);
});
