import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { PublishedRun } from '../../plan/plan.js';

/** The models of a process: the checksum of the files, and that of the statements that its engine makes from them. */
export interface Identity {
	checksum: string;
	rendered: string;
	/** Checksum of the own part of the project; empty for none. */
	own: string;
}

const textOf = ({ checksum, rendered, own }: Identity) => `${checksum} ${rendered}${own === '' ? '' : ` ${own}`}`;

/**
 * The processes that keep the marts up to date, each with the checksums of its models. If two of them have different
 * models, each would rebuild everything that the other has published, in turns. So a process with other models than the
 * published ones refuses to run while a process with the published models is alive.
 */

const watchersTable = 'transform_watchers';
const unknownTable = 60;
/** Interval of the heartbeat of a process, milliseconds. */
const beatEveryMs = 5_000;
/** Longest wait for the server when a process stops, milliseconds. */
const withdrawMsMax = 1_000;
/** Time without a heartbeat after which a process counts as dead, seconds. */
const deadAfterSeconds = 30;

const createWatchersTable = `CREATE TABLE IF NOT EXISTS ${watchersTable}
(
    token UUID COMMENT 'Identifies a process that repeats runs',
    owner String COMMENT 'Number and host of the process',
    models String COMMENT 'Checksums of its models and of their statements; empty when it has stopped',
    beat_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(beat_at) ORDER BY token TTL toDateTime(beat_at) + INTERVAL 1 HOUR`;

/** Other models than those of this process are kept up to date by another process. */
export class OtherModelsError extends Error {
	override name = 'OtherModelsError';
	constructor(owner: string) {
		super(
			`${owner} keeps the marts of this database up to date with other models or parameters; stop it, or run the same ` +
				'version of Footfall on the same project folder. If only files of that folder have changed, the process reads ' +
				'them before its next run, and computes their models by itself. Nothing was changed',
		);
	}
}

/** The announcement of a process. */
interface Announced {
	/**
	 * Says which models the process has from now on.
	 *
	 * @throws WarehouseError when that cannot be recorded: other processes, and the next run of this one, would then take
	 *   it for a process with the earlier models
	 */
	become(identity: Identity): Promise<void>;
	/** Says that the process has stopped; never rejects. */
	withdraw(): Promise<void>;
}

/** Announces this process until it withdraws. A failed heartbeat only makes the process look dead. */
export async function announceWatcher(warehouse: Warehouse, identity: Identity): Promise<Announced> {
	const token = randomUUID();
	const owner = `process ${process.pid} on ${hostname()}`;
	let isTableMade = false;
	let models = textOf(identity);
	const insert = async () => {
		if (!isTableMade) await warehouse.command(createWatchersTable);
		isTableMade = true;
		await warehouse.command(
			`INSERT INTO ${watchersTable} (token, owner, models) SELECT {token:UUID}, {owner:String}, {models:String}`,
			{ params: { token, owner, models }, settings: { async_insert: 0 } },
		);
	};
	// One after another, so that the last beat has the last models.
	let beats: Promise<void> = Promise.resolve();
	const beat = () => {
		const next = beats.then(insert);
		beats = next.catch(() => undefined);
		return next;
	};
	await beat().catch(() => undefined);
	const beating = setInterval(() => void beat().catch(() => undefined), beatEveryMs);
	beating.unref();
	let told = models;
	return {
		become: async (changed) => {
			models = textOf(changed);
			if (models === told) return;
			const next = models;
			await beat();
			told = next;
		},
		withdraw: async () => {
			clearInterval(beating);
			models = '';
			// A server that does not answer must not delay the stop.
			await Promise.race([beat().catch(() => undefined), wait(withdrawMsMax, undefined, { ref: false })]);
		},
	};
}

/**
 * Refuses to replace runs of other models while a process keeps these up to date, or if they were published after the
 * caller decided to replace the run `before`.
 *
 * @throws OtherModelsError
 */
export async function refuseBesideOthers(
	warehouse: Warehouse,
	own: Identity,
	published: PublishedRun | undefined,
	before = published,
): Promise<void> {
	if (published === undefined) return;
	const { rendered, own: ownOfPublished } = published.judged;
	const other = textOf({ checksum: published.models, rendered, own: ownOfPublished?.checksum ?? '' });
	if (other === textOf(own)) return;
	if (published.run !== before?.run) throw new OtherModelsError('another process');
	const owner = await liveWatcher(warehouse, other);
	if (owner !== undefined) throw new OtherModelsError(owner);
}

/** A live process with these models, if any. */
async function liveWatcher(warehouse: Warehouse, models: string): Promise<string | undefined> {
	try {
		const [row] = await warehouse.query<{ owner: string }>(
			`SELECT argMax(owner, beat_at) AS owner FROM ${watchersTable} GROUP BY token
			HAVING argMax(models, beat_at) = {models:String} AND max(beat_at) > now64(3) - INTERVAL ${deadAfterSeconds} SECOND
			LIMIT 1`,
			{ params: { models } },
		);
		return row?.owner;
	} catch (error) {
		if (error instanceof WarehouseError && error.code === unknownTable) return undefined;
		throw error;
	}
}
