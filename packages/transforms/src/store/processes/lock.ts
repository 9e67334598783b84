import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type Warehouse, WarehouseError } from '@footfall/warehouse';

/**
 * Mutex of the transforms: one run at a time, so that no run does work that another replaces. A run checks that it
 * still holds the lock before it publishes, and never touches rows of a later run. The lock is a table: CREATE TABLE
 * fails if the table exists, which makes it atomic.
 */
const lockTable = 'transform_lock';
const tableExists = 57;
const unknownTable = 60;
/** Interval of the heartbeat of a run, milliseconds. */
const beatEveryMs = 5_000;
/** Time without a heartbeat after which another run takes over the lock, milliseconds. */
const staleAfterMs = 30_000;
const pollEveryMs = 50;

/** Another process runs the transforms. */
export class LockedError extends Error {
	override name = 'LockedError';
	constructor(owner: string) {
		super(
			`the transforms are being run by ${owner}; wait until it ends, or free the lock of a dead process with: footfall transforms unlock`,
		);
	}
}

/** A held lock. */
export interface Lock {
	/** Whether another process held the lock at first. */
	hasWaited: boolean;
	/** @throws LockedError when another process has taken the lock over */
	assertHeld(): Promise<void>;
	release(): Promise<void>;
}

/**
 * Takes the lock. It takes over a lock without a heartbeat for 30 s, or from before the server's last start.
 *
 * @param waitMs maximum wait for the owner to release the lock, milliseconds
 * @throws LockedError when another process still holds the lock after `waitMs`
 */
export async function takeLock(warehouse: Warehouse, waitMs: number): Promise<Lock> {
	// The name goes into a statement, so only characters of host names are kept.
	const owner = `process ${process.pid} on ${hostname().replaceAll(/[^\w.-]/g, '')}`;
	const token = `${owner}, ${Math.random().toString(36).slice(2)}`;
	const endAtMs = Date.now() + waitMs;
	let hasWaited = false;
	while (!(await create(warehouse, token))) {
		hasWaited = true;
		const held = await readLock(warehouse);
		if (held?.isStale) await dropLock(warehouse);
		else if (held !== undefined && Date.now() >= endAtMs) throw new LockedError(held.owner);
		else await wait(pollEveryMs);
	}
	// A failed heartbeat only makes the lock look older.
	const beating = setInterval(() => void beat(warehouse).catch(() => undefined), beatEveryMs);
	beating.unref();
	const isMine = async () => (await readToken(warehouse)) === token;
	return {
		hasWaited,
		async assertHeld() {
			if (!(await isMine())) throw new LockedError('another process, which took over the lock of this run');
		},
		async release() {
			clearInterval(beating);
			if (await isMine()) await dropLock(warehouse);
		},
	};
}

/**
 * Does some work while no process runs the transforms, so that no run publishes half of its effects.
 *
 * @param waitMs maximum wait for a run in progress, milliseconds
 * @throws LockedError
 */
export async function betweenRuns<T>(warehouse: Warehouse, waitMs: number, work: () => Promise<T>): Promise<T> {
	const lock = await takeLock(warehouse, waitMs);
	try {
		return await work();
	} finally {
		await lock.release();
	}
}

/** Frees the lock, whichever process holds it. @returns the owner; undefined when the lock was free */
export async function breakLock(warehouse: Warehouse): Promise<string | undefined> {
	const held = await readLock(warehouse);
	await dropLock(warehouse);
	return held?.owner;
}

async function create(warehouse: Warehouse, token: string): Promise<boolean> {
	try {
		await warehouse.command(
			`CREATE TABLE ${lockTable} (beat_at DateTime64(3, 'UTC')) ENGINE = Memory COMMENT '${token}'`,
		);
		return true;
	} catch (error) {
		if (error instanceof WarehouseError && error.code === tableExists) return false;
		throw error;
	}
}

async function beat(warehouse: Warehouse): Promise<void> {
	await warehouse.command(`INSERT INTO ${lockTable} SELECT now64(3)`, { settings: { async_insert: 0 } });
}

/** Reads which process holds the lock; every run asks twice. @returns undefined when the lock is free */
async function readToken(warehouse: Warehouse): Promise<string | undefined> {
	const [row] = await warehouse.query<{ token: string }>(
		`SELECT comment AS token FROM system.tables WHERE database = currentDatabase() AND name = '${lockTable}'`,
	);
	return row?.token;
}

async function readLock(warehouse: Warehouse): Promise<{ token: string; owner: string; isStale: boolean } | undefined> {
	try {
		const [row] = await warehouse.query<{ token: string; silentMs: string; isOlderThanServer: number }>(
			`SELECT comment AS token, toUnixTimestamp64Milli(now64(3))
				- greatest(toInt64(toUnixTimestamp(metadata_modification_time)) * 1000, (SELECT max(toUnixTimestamp64Milli(beat_at)) FROM ${lockTable})) AS silentMs,
				metadata_modification_time < now() - uptime() AS isOlderThanServer
			FROM system.tables WHERE database = currentDatabase() AND name = '${lockTable}'`,
		);
		if (!row) return undefined;
		const isStale = Number(row.silentMs) > staleAfterMs || row.isOlderThanServer === 1;
		return { token: row.token, owner: row.token.split(',')[0] as string, isStale };
	} catch (error) {
		if (error instanceof WarehouseError && error.code === unknownTable) return undefined;
		throw error;
	}
}

async function dropLock(warehouse: Warehouse): Promise<void> {
	await warehouse.command(`DROP TABLE IF EXISTS ${lockTable} SYNC`);
}
