import { describe, expect, it } from 'vitest';
import { lagReader, type MartsLag } from './marts-lag.js';

const complaints: string[] = [];
const logger = { warn: (_: object, message: string) => void complaints.push(message), error() {} };

describe('the lag of the marts', () => {
	it('is looked up once for all who ask at the same time, and anew after that', async () => {
		let looks = 0;
		const read = lagReader(async () => ({ behindMs: ++looks, waiting: 1 }), logger);
		expect(await Promise.all([read(), read()])).toEqual([
			{ behindMs: 1, waiting: 1 },
			{ behindMs: 1, waiting: 1 },
		]);
		expect(await read()).toEqual({ behindMs: 2, waiting: 1 });
	});

	it('is not known without a source, or while that fails, and a failure is told once', async () => {
		expect(await lagReader(undefined, logger)()).toBeUndefined();
		const away = () => Promise.reject(new Error('away'));
		let source: () => Promise<MartsLag> = away;
		const read = lagReader(() => source(), logger);
		expect([await read(), await read()]).toEqual([undefined, undefined]);
		expect(complaints).toEqual(['how far the marts are behind is not known']);
		source = async () => ({ behindMs: 0, waiting: 0 });
		expect(await read()).toEqual({ behindMs: 0, waiting: 0 });
	});
});
