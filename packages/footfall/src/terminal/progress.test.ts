import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { noProgress, progressLines } from './progress.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A step of fake milliseconds. */
const step = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('result'), ms));

it('a step of more than a second is told while it runs, and when it has ended', async () => {
	const lines: string[] = [];
	const result = progressLines((line) => lines.push(line))('Starting ClickHouse', step(2_500));
	await vi.advanceTimersByTimeAsync(1_100);
	expect(lines).toEqual(['Starting ClickHouse …']);
	await vi.advanceTimersByTimeAsync(1_400);
	expect(await result).toBe('result');
	expect(lines).toEqual(['Starting ClickHouse …', 'Starting ClickHouse: done after 2.5 s']);
});

it('a quick step, and one that fails quickly, are not told', async () => {
	const lines: string[] = [];
	const progress = progressLines((line) => lines.push(line));
	const quick = progress('Starting', step(900));
	await vi.advanceTimersByTimeAsync(900);
	await quick;
	await expect(progress('Failing', Promise.reject(new Error('odd')))).rejects.toThrow('odd');
	await vi.advanceTimersByTimeAsync(5_000);
	expect(lines).toEqual([]);
	expect(await noProgress('Starting', Promise.resolve(1))).toBe(1);
});
