import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { logLevelOf, withinDescriptors } from './descriptors.js';

const bounds = { connectionsMax: 50_000, connectionsPerAddressMax: 1_000 };

describe('limits of connections', () => {
	it('the limits are unchanged if the descriptors suffice, or their number is unknown', () => {
		expect(withinDescriptors(bounds, 100_256)).toBe(bounds);
		expect(withinDescriptors(bounds, Number.POSITIVE_INFINITY)).toBe(bounds);
	});

	it.each([
		[100_254, 49_999, 1_000],
		[4_096, 1_920, 240],
		[1_024, 384, 48],
		[512, 128, 16],
		[400, 100, 13],
		[128, 32, 4],
		[10, 1, 1],
	])('of %i descriptors, some remain for the WAL', (max, connectionsMax, connectionsPerAddressMax) => {
		expect(withinDescriptors(bounds, max)).toEqual({ connectionsMax, connectionsPerAddressMax });
	});

	it('reduced limits are a warning only if they are low', () => {
		const level = (max: number) =>
			logLevelOf(withinDescriptors({ connectionsMax: 50_000, connectionsPerAddressMax: 1_000 }, max));
		expect(level(1_024)).toBe('warn');
		expect(level(20_000)).toBe('info');
	});
});

describe('a collector that may open few files', () => {
	const built = (path: string) => new URL(`../../../dist/${path}`, import.meta.url).href;
	const program = `
		const { withinDescriptors } = await import(${JSON.stringify(built('accept/transport/descriptors.js'))});
		console.log(withinDescriptors({ connectionsMax: 50000, connectionsPerAddressMax: 1000 }).connectionsMax);`;

	it.runIf(process.platform === 'linux')('takes as many connections as it may', () => {
		const command = `ulimit -n 400 && exec "$0" --input-type=module --eval "$1"`;
		expect(execFileSync('bash', ['-c', command, process.execPath, program], { encoding: 'utf8' })).toBe('100\n');
	});
});
