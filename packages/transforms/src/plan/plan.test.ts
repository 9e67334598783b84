import { describe, expect, it } from 'vitest';
import { type PublishedRun, planRun } from './plan.js';
import { type RawPart, watermarkOf } from './watermark.js';

const part = (name: string, low: number, high: number, more: Partial<RawPart> = {}): RawPart => ({
	name,
	partition: '202601',
	blocks: [low, high],
	mutation: 0,
	rows: 10,
	bytes: 1_000,
	...more,
});
const parts = [part('a', 1, 5), part('b', 6, 6)];
const watermark = watermarkOf(parts);

const judged = { tests: 't', list: 0n, hashKey: 'k', generation: 0, rendered: 'r' };

describe('planRun', () => {
	const published: PublishedRun = { run: 100n, models: 'm', judged, kind: 'rebuild', watermark, manifest: {} };

	it('skips only when blocks and models are the same', () => {
		expect(planRun({ published, parts, nowUs: 200n }, 'm')).toMatchObject({ kind: 'skip', why: 'no new events' });
		const more = [...parts, part('c', 7, 7)];
		expect(planRun({ published, parts: more, nowUs: 200n }, 'm')).toMatchObject({ kind: 'incremental', run: 200n });
		expect(planRun({ published, parts, nowUs: 200n }, 'n')).toMatchObject({ kind: 'rebuild', why: 'models changed' });
		const none = { published: undefined, parts, nowUs: 200n };
		expect(planRun(none, 'm')).toMatchObject({ kind: 'rebuild', run: 200n, why: 'first run' });
		expect(planRun({ published, parts, nowUs: 200n }, 'm', { fullRefresh: true })).toMatchObject({ why: 'requested' });
	});

	it('skips runs after a rollback until a resume', () => {
		const held = { ...published, kind: 'rollback' as const };
		const more = [...parts, part('c', 7, 7)];
		expect(planRun({ published: held, parts: more, nowUs: 200n }, 'm')).toMatchObject({ kind: 'skip' });
		const resumed = { ...published, kind: 'resume' as const };
		expect(planRun({ published: resumed, parts: more, nowUs: 200n }, 'm')).toMatchObject({ kind: 'incremental' });
	});

	it('numbers runs upwards when the clock steps back', () => {
		const more = [...parts, part('c', 7, 7)];
		expect(planRun({ published, parts: more, nowUs: 50n }, 'm')).toMatchObject({ run: 101n });
	});
});
