import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireEvent } from '@footfall/protocol';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { frame } from '../testing/frames.js';
import { startTestCollector } from '../testing/test-collector.js';
import { quarantinedSegments, restoreSegment } from './quarantined-segments.js';

let clickhouse: TestWarehouse;
let directory: string;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(() => clickhouse.stop());

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-quarantined-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('a quarantined segment is listed with its reason, and each of its events counts once after it is put back', async () => {
	const walDirectory = join(directory, 'log');
	const { warehouse } = clickhouse;
	await warehouse.command("ALTER TABLE events ADD CONSTRAINT no_poison CHECK name != 'poison'");
	const options = { refusalsMax: 1, quarantinedMax: 1, walDirectory };
	const first = await startTestCollector(warehouse, options);
	// The second half of the rows is stored before too many of the first half are rejected.
	const names = Array.from({ length: 8 }, (_, i) => (i < 4 ? 'poison' : 'view'));
	const body = frame({ events: names.map((name): WireEvent => [0, 0, name]) });
	await fetch(`${first.publicUrl}/v1/batch`, { method: 'POST', body });
	await first.drained();
	await first.stop();
	await warehouse.command('ALTER TABLE events DROP CONSTRAINT no_poison');
	const [segment, ...others] = await quarantinedSegments(walDirectory);
	expect(segment).toMatchObject({ directory: walDirectory, events: 8, reason: expect.stringContaining('no_poison') });
	if (segment === undefined || others.length > 0) throw new Error('there is one quarantined segment');
	await restoreSegment(segment);
	expect(await quarantinedSegments(walDirectory)).toEqual([]);
	const second = await startTestCollector(warehouse, options);
	await second.drained();
	await second.stop();
	const [row] = await warehouse.query('SELECT count() AS rows, uniqExact(event_id) AS events FROM events');
	expect(row).toEqual({ rows: '8', events: '8' });
	expect(readdirSync(walDirectory).filter((file) => !file.endsWith('.lock'))).toEqual([]);
});

it('the quarantined segments of earlier versions and of all workers are listed', async () => {
	cpSync(fileURLToPath(new URL('../../fixtures/data-directory', import.meta.url)), directory, { recursive: true });
	const name = '001795976615574-863ac31f3ee3277d';
	const newer = `9${name.slice(1)}`;
	copyFileSync(join(directory, 'log', `${name}.poison`), join(directory, 'log-2', `${newer}.poison`));
	expect(await quarantinedSegments(join(directory, 'log'))).toEqual([
		expect.objectContaining({ name, events: 1, reason: expect.stringContaining('no reason is stored') }),
		expect.objectContaining({ name: newer, directory: join(directory, 'log-2') }),
	]);
	expect(await quarantinedSegments(join(directory, 'not-there'))).toEqual([]);
});

it('a segment is not put back over one that waits', async () => {
	cpSync(fileURLToPath(new URL('../../fixtures/data-directory', import.meta.url)), directory, { recursive: true });
	const [segment] = await quarantinedSegments(join(directory, 'log'));
	if (segment === undefined) throw new Error('there is a quarantined segment');
	const path = join(segment.directory, segment.name);
	copyFileSync(`${path}.poison`, `${path}.log`);
	await expect(restoreSegment(segment)).rejects.toThrow(`${segment.name}.log exists`);
});
