import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { startTestWarehouse } from '../testing/index.js';

it.runIf(process.platform === 'linux')('the engine leaves the processor to the other processes first', async () => {
	const test = await startTestWarehouse();
	try {
		const engines = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
		const priorities = engines
			.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/embedded/child.js'))
			.map((pid) => getPriority(Number(pid)));
		expect(priorities).toEqual([8]);
	} finally {
		await test.stop();
	}
});
