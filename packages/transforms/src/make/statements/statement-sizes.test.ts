import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inLanes, settingsOfSlices, sizesFor } from './statement-sizes.js';

const gibibyte = 1024 ** 3;

describe('the sizes of statements', () => {
	it('follow the memory of the server, and are small where that is not known', () => {
		expect(sizesFor(undefined)).toEqual(sizesFor(gibibyte));
		expect(sizesFor(gibibyte)).toMatchObject({ sliceEvents: 250_000, lanes: 1 });
		expect(sizesFor(4 * gibibyte)).toMatchObject({ sliceEvents: 500_000, lanes: 2 });
	});

	it('give each of two slices one thread, and a single one all threads', () => {
		const sizes = sizesFor(4 * gibibyte);
		expect(settingsOfSlices(sizes, 2)).toMatchObject({
			max_threads: 1,
			max_bytes_before_external_group_by: sizes.spillBytes,
			max_bytes_before_external_sort: sizes.spillBytes,
		});
		expect(settingsOfSlices(sizes, 1)).not.toHaveProperty('max_threads');
	});
});

describe('work in lanes', () => {
	it('is done on all items, on as many at the same time as there are lanes', async () => {
		const log: string[] = [];
		await inLanes([1, 2, 3], 2, async (item) => {
			log.push(`begin ${item}`);
			await wait(0);
			log.push(`end ${item}`);
		});
		expect(log.slice(0, 2)).toEqual(['begin 1', 'begin 2']);
		expect(log).toHaveLength(6);
		expect(log).toEqual(expect.arrayContaining(['begin 1', 'begin 2', 'begin 3', 'end 1', 'end 2', 'end 3']));
	});

	it('begins no item after a failure, and rejects when the others have ended', async () => {
		const log: string[] = [];
		const work = async (item: number) => {
			await wait(0);
			if (item === 1) throw new Error('it failed');
			await wait(0);
			log.push(`end ${item}`);
		};
		await expect(inLanes([1, 2, 3], 2, work)).rejects.toThrow('it failed');
		expect(log).toEqual(['end 2']);
	});
});
