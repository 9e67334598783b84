import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../metrics.js';
import { collectorDefaults } from '../../options.js';
import { type FrameOptions, frame } from '../../testing/frames.js';
import { quietLogger } from '../../testing/quiet-logger.js';
import { Wal } from '../../wal/wal.js';
import { FairScheduler } from '../limits/fair-scheduler.js';
import { MemoryBudget } from '../limits/memory-budget.js';
import { RateLimits } from '../limits/rate-limits.js';
import { senderAddress } from '../limits/sender-address.js';
import { ClientCache } from './client-cache.js';
import { Intake } from './intake.js';
import { RecentBatches } from './recent-batches.js';
import { SiteSettings } from './site-settings.js';

const sender = { ...senderAddress('198.51.100.1'), origin: '', userAgent: '', isKeyed: false };
const list = [1, 2].map((visitor) => ({
	bytes: frame({ visitor }),
	events: 1,
	visitor,
	site: 'shop',
	hasVisitor: true,
	isDerived: false,
	userAgent: undefined,
	ip: undefined,
}));

let directory: string;
let wal: Wal;

beforeEach(async () => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-intake-'));
	const logger = quietLogger();
	wal = await Wal.open({ ...collectorDefaults, directory, logger, walBytes: 1e9, onFsync: () => {} });
});

afterEach(async () => {
	await wal.close();
	rmSync(directory, { recursive: true, force: true });
});

/**
 * Starts an intake that checks input in later iterations only.
 *
 * @param waitingBytesMax memory budget of waiting input, bytes, of which one network may use an eighth
 */
function intakeOf(waitingBytesMax: number, rateLimits = new RateLimits(collectorDefaults)): Intake {
	return new Intake({
		siteSettings: new SiteSettings([
			{ key: 'shop', origins: 'any' },
			{ key: 'keyed', origins: 'any', keys: ['keyed-key-0123456789'] },
		]),
		wal,
		clients: new ClientCache(10),
		countryOf: () => '',
		recent: new RecentBatches(10),
		metrics: new Metrics(undefined),
		rateLimits,
		scheduler: new FairScheduler(0, new MemoryBudget(waitingBytesMax)),
	});
}

describe('a list', () => {
	it('a list is queued behind the waiting input of its network', async () => {
		expect((await intakeOf(1_000_000).takeAll(list, sender, { isGone: false })).outcome).toBe('stored');
	});

	it('a list gets retry-later if the memory budget does not suffice', async () => {
		const answer = await intakeOf(0).takeAll(list, sender, { isGone: false });
		expect(answer).toMatchObject({ outcome: 'retry-later', retryReason: 'busy' });
		expect(wal.events).toBe(0);
	});

	it('a list is not stored if its sender has disconnected meanwhile', async () => {
		const client = { isGone: false };
		const answer = intakeOf(1_000_000).takeAll(list, sender, client);
		client.isGone = true;
		expect((await answer).outcome).toBe('retry-later');
		expect(wal.events).toBe(0);
	});
});

describe('a batch', () => {
	const order = { events: 200, details: [[0, { orderId: '1001' }]] } satisfies FrameOptions;
	const batch = (site: string) => frame({ ...order, site });
	/** Whether the address may send a second batch, if it may send half of one more than the first at once. */
	const mayGoOn = async (bytes: Uint8Array, origin: string) => {
		const addressBytes = { bytesPerSecond: 1, burstBytes: bytes.length * 1.5 };
		const rateLimits = new RateLimits({ ...collectorDefaults, addressBytes });
		expect((await intakeOf(1_000_000, rateLimits).take(bytes, { ...sender, origin })).outcome).toBe('stored');
		return rateLimits.debt(sender) === undefined;
	};

	it('whose orders are counted before they are left out is charged twice, since it is decoded twice', async () => {
		expect(await mayGoOn(batch('keyed'), '')).toBe(false);
	});

	it('of a page, of a site without keys or without details is charged once', async () => {
		expect(await mayGoOn(batch('keyed'), 'https://shop.example')).toBe(true);
		expect(await mayGoOn(batch('shop'), '')).toBe(true);
		expect(await mayGoOn(frame({ site: 'keyed', events: 200 }), '')).toBe(true);
	});
});
