import { describe, expect, it } from 'vitest';
import { lagReader, type MartsLag } from './marts-lag.js';

const complaints: string[] = [];
const logger = { warn: (_: object, message: string) => void complaints.push(message), error() {} };

describe('lagReader', () => {
	it('shares one read among concurrent callers, and reads again for later ones', async () => {
		let looks = 0;
		const read = lagReader(async () => ({ behindMs: ++looks, waiting: 1 }), logger);
		expect(await Promise.all([read(), read()])).toEqual([
			{ behindMs: 1, waiting: 1 },
			{ behindMs: 1, waiting: 1 },
		]);
		expect(await read()).toEqual({ behindMs: 2, waiting: 1 });
	});

	it('returns undefined without a source or while it fails, and logs a failure once', async () => {
		expect(await lagReader(undefined, logger)()).toBeUndefined();
		const away = () => Promise.reject(new Error('away'));
		let source: () => Promise<MartsLag> = away;
		const read = lagReader(() => source(), logger);
		expect([await read(), await read()]).toEqual([undefined, undefined]);
		expect(complaints).toEqual(['the lag of the marts is not known']);
		source = async () => ({ behindMs: 0, waiting: 0 });
		expect(await read()).toEqual({ behindMs: 0, waiting: 0 });
	});
});
