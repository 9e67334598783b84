import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { descendants, isRunning } from '@footfall/demo-shop/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectExactlyOnce } from '../support/exactly-once.js';
import { eventually, type FootfallProcess, locksOf, processesOf, up } from '../support/footfall-process.js';
import { eventsPerBatch, PageClient } from '../support/page-client.js';

let data: string;
let footfall: FootfallProcess;

beforeEach(() => {
	data = mkdtempSync(join(tmpdir(), 'footfall-stop-'));
});
afterEach(async () => {
	if (footfall.process.exitCode === null && footfall.process.signalCode === null) await footfall.interrupt();
	await eventually(async () => (processesOf(data).length === 0 ? true : undefined));
	rmSync(data, { recursive: true, force: true });
});

/** Pages that together send some 20,000 events a second, over every worker. */
async function crowd(collectorUrl: string): Promise<PageClient[]> {
	const pages = await Promise.all(
		Array.from({ length: 10 }, (_, visitor) => PageClient.connect(collectorUrl, visitor + 1, visitor + 1)),
	);
	for (const page of pages) page.keepSending(10);
	await eventually(async () => (pages.every((page) => page.acks.size >= 30) ? true : undefined));
	return pages;
}

function ackedOf(pages: readonly PageClient[]): string[] {
	for (const page of pages) page.close();
	const ids = pages.flatMap((page) => page.ackedIds());
	expect(ids.length).toBeGreaterThanOrEqual(pages.length * 30 * eventsPerBatch);
	return ids;
}

/** Statuses of /readyz, until the port is closed. */
async function watchReadiness(adminUrl: string, ended: Promise<unknown>): Promise<number[]> {
	const answers: number[] = [];
	let watching = true;
	void ended.then(() => (watching = false));
	while (watching) {
		const answer = await fetch(`${adminUrl}/readyz`).catch(() => undefined);
		if (answer !== undefined && answers.at(-1) !== answer.status) answers.push(answer.status);
		await wait(5);
	}
	return answers;
}

describe.each([1, 3])('with %i worker(s) under load', (workers) => {
	const start = (count = workers) => up(data, ['--workers', String(count)]);

	it('SIGTERM makes it unready, then ends every process, and no acknowledged event is lost or doubled', async () => {
		footfall = start();
		const pages = await crowd(await footfall.collectorUrl());
		const adminUrl = await footfall.printed(/health: (\S+?)\)/);
		const children = descendants(footfall.process.pid);
		expect(children).toHaveLength(1 + workers);
		const watched = watchReadiness(adminUrl, footfall.exit());
		footfall.process.kill('SIGTERM');
		expect(await footfall.exit()).toBe(0);
		expect((await watched).at(-1)).toBe(503);
		expect(footfall.stderr).toBe('');
		expect(children.filter(isRunning)).toEqual([]);
		expect(locksOf(data)).toEqual([]);
		const ids = ackedOf(pages);
		// Fewer workers than before: the WALs of the removed workers must still be delivered.
		footfall = start(1);
		await footfall.collectorUrl();
		await expectExactlyOnce(data, ids);
		expect(readdirSync(data).sort()).toEqual(['clickhouse', 'log', 'visitor-secret']);
	});

	it('kill -9 of the main process ends the others too, and no acknowledged event is lost or doubled', async () => {
		footfall = start();
		const pages = await crowd(await footfall.collectorUrl());
		const children = descendants(footfall.process.pid);
		await footfall.kill();
		await eventually(async () => (children.some(isRunning) ? undefined : true));
		const ids = ackedOf(pages);
		footfall = start();
		await footfall.collectorUrl();
		await expectExactlyOnce(data, ids);
	});
});
