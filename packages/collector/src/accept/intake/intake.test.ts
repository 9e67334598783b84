import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../metrics.js';
import { collectorDefaults } from '../../options.js';
import { frame } from '../../testing/frames.js';
import { quietLogger } from '../../testing/quiet-logger.js';
import { SegmentLog } from '../../wal/wal.js';
import { FairTurns } from '../limits/fair-scheduler.js';
import { SharedRoom } from '../limits/memory-budget.js';
import { Admission } from '../limits/rate-limits.js';
import { senderAddress } from '../limits/sender-address.js';
import { ClientCache } from './client-cache.js';
import { Intake } from './intake.js';
import { RecentBatches } from './recent-batches.js';
import { siteTable } from './site-table.js';

const sender = { ...senderAddress('198.51.100.1'), origin: '', userAgent: '' };
const list = [1, 2].map((visitor) => ({ bytes: frame({ visitor }), events: 1, visitor, site: 'shop' }));

let directory: string;
let log: SegmentLog;

beforeEach(async () => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-intake-'));
	const logger = quietLogger();
	log = await SegmentLog.open({ ...collectorDefaults, directory, logger, quotaBytes: 1e9, onSynced: () => {} });
});

afterEach(async () => {
	await log.close();
	rmSync(directory, { recursive: true, force: true });
});

/** Takes what comes in later turns only. @param waitingBytesMax room for what waits, of which one network has an eighth */
function intakeOf(waitingBytesMax: number): Intake {
	return new Intake({
		sites: siteTable([{ key: 'shop', origins: 'any' }]),
		log,
		clients: new ClientCache(10),
		countryOf: () => '',
		recent: new RecentBatches(10),
		metrics: new Metrics(undefined),
		admission: new Admission(collectorDefaults),
		turns: new FairTurns(0, new SharedRoom(waitingBytesMax)),
	});
}

describe('a list', () => {
	it('waits for the turn of its network', async () => {
		expect((await intakeOf(1_000_000).takeAll(list, sender, { isGone: false })).outcome).toBe('stored');
	});

	it('is put off where there is no room to wait', async () => {
		const answer = await intakeOf(0).takeAll(list, sender, { isGone: false });
		expect(answer).toMatchObject({ outcome: 'retry-later', deferral: 'busy' });
		expect(log.events).toBe(0);
	});

	it('is not stored when its sender has gone by then', async () => {
		const client = { isGone: false };
		const answer = intakeOf(1_000_000).takeAll(list, sender, client);
		client.isGone = true;
		expect((await answer).outcome).toBe('retry-later');
		expect(log.events).toBe(0);
	});
});
