import { describe, expect, it } from 'vitest';
import { expiredRuns } from './garbage.js';
import { planRun } from './plan.js';

describe('planRun', () => {
	const published = { run: 100n, models: 'm', source: 's' };

	it('skips only when blocks and models are the same', () => {
		expect(planRun({ published, source: 's', nowUs: 200n }, 'm')).toEqual({ kind: 'skip' });
		expect(planRun({ published, source: 't', nowUs: 200n }, 'm')).toEqual({
			kind: 'rebuild',
			run: 200n,
			why: 'new events',
		});
		expect(planRun({ published, source: 's', nowUs: 200n }, 'n')).toEqual({
			kind: 'rebuild',
			run: 200n,
			why: 'models changed',
		});
		expect(planRun({ published: undefined, source: '', nowUs: 200n }, 'm')).toEqual({
			kind: 'rebuild',
			run: 200n,
			why: 'first run',
		});
	});

	it('numbers runs upwards when the clock steps back', () => {
		expect(planRun({ published, source: 't', nowUs: 50n }, 'm')).toMatchObject({ run: 101n });
	});
});

describe('expiredRuns', () => {
	const second = 1_000_000n;
	const hour = 3_600n * second;
	const now = 100n * hour;

	it('keeps the newest, and one that was replaced a moment ago', () => {
		const publishedAt = new Map([
			[now - 60n * second, now - 60n * second],
			[now - 10n * second, now - 10n * second],
			[now - 5n * second, now - 5n * second],
		]);
		expect(expiredRuns([...publishedAt.keys()], publishedAt, now)).toEqual([]);
		expect(expiredRuns([...publishedAt.keys()], publishedAt, now + 40n * second)).toEqual([
			now - 60n * second,
			now - 10n * second,
		]);
	});

	it('drops a run that was never published only when it must be dead', () => {
		const publishedAt = new Map([[now, now]]);
		expect(expiredRuns([now - hour], publishedAt, now)).toEqual([]);
		expect(expiredRuns([now - 7n * hour], publishedAt, now)).toEqual([now - 7n * hour]);
	});
});
