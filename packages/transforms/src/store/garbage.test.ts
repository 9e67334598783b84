import { describe, expect, it } from 'vitest';
import { endedRuns, expiredRuns } from './garbage.js';

describe('expiredRuns', () => {
	const second = 1_000_000n;
	const hour = 3_600n * second;
	const now = 100n * hour;
	const at = (secondsAgo: bigint, ...sees: bigint[]) => {
		const run = now - secondsAgo * second;
		return { run, models: 'm', publishedAtUs: run, sees: new Set([run, ...sees.map((ago) => now - ago * second)]) };
	};
	const old = Array.from({ length: 30 }, (_, i) => at(BigInt(1_000 - i * 10)));

	it('keeps rows that the newest runs see, and rows that a reader may still be reading', () => {
		const runs = [...old, at(20n), at(10n, 1_000n)];
		const expired = expiredRuns(
			runs.map(({ run }) => run),
			runs,
			now,
		);
		expect(expired).toHaveLength(21);
		expect(expired).not.toContain(now - 1_000n * second);
		const busy = Array.from({ length: 60 }, (_, i) => at(BigInt(60 - i)));
		const kept =
			busy.length -
			expiredRuns(
				busy.map(({ run }) => run),
				busy,
				now,
			).length;
		expect(kept).toBe(31);
	});

	it('drops an unpublished run only after 6 hours, when it cannot be in progress', () => {
		const published = [at(0n)];
		expect(expiredRuns([now - hour], published, now)).toEqual([]);
		expect(expiredRuns([now - 7n * hour], published, now)).toEqual([now - 7n * hour]);
	});
});

describe('endedRuns', () => {
	it('has published runs, and those before the oldest of them, but none that may be in progress', () => {
		const published = [30n, 50n].map((run) => ({ run, models: 'm', publishedAtUs: run, sees: new Set([run, 10n]) }));
		expect(endedRuns([10n, 30n, 40n, 50n, 60n], published)).toEqual([10n, 30n, 50n]);
		expect(endedRuns([10n], [])).toEqual([]);
	});
});
