import { describe, expect, it } from 'vitest';
import { freeMemory } from './free-memory.js';

const bytes = 16 * 2 ** 20;

describe('freeMemory', () => {
	it('empties buffers and frees their memory without a garbage collection', async () => {
		const before = process.memoryUsage().arrayBuffers;
		const kept: ArrayBuffer[] = [];
		for (let round = 0; round < 50; round++) {
			const buffers = [new ArrayBuffer(bytes), new ArrayBuffer(bytes)];
			freeMemory(...buffers);
			kept.push(...buffers);
		}
		expect(kept.map((buffer) => buffer.byteLength)).toEqual(kept.map(() => 0));
		await new Promise((resolve) => setTimeout(resolve));
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * bytes);
	});

	it('accepts no buffers', () => {
		expect(() => freeMemory()).not.toThrow();
	});
});
