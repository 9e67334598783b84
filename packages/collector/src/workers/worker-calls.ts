import type { WarehouseAddress } from '@footfall/warehouse';
import type { Site } from '../accept/intake/site-table.js';
import type { Unreadiness } from '../admin/admin-routes.js';
import type { MetricValues } from '../metrics.js';
import type { CollectorOptions } from '../options.js';
import type { PlaceInGroup } from '../worker.js';

/** Options of a collector that can be sent to another process. */
export interface WorkerOptions extends Omit<CollectorOptions, 'warehouse' | 'logger' | 'fileSystem'> {
	warehouse: WarehouseAddress;
}

/** Start message of a worker. */
export interface WorkerStart {
	options: WorkerOptions;
	place: PlaceInGroup;
	/** WAL directories of workers that no longer exist. */
	orphans: readonly string[];
}

/** Calls of the group to a worker. A refusal is a value, since an error would lose its class in transit. */
export interface WorkerCalls {
	start(start: WorkerStart): Promise<{ publicUrl: string } | { refusal: string }>;
	unreadiness(): Unreadiness;
	metrics(): Promise<MetricValues>;
	replaceSites(sites: readonly Site[]): Promise<void>;
	drained(): Promise<void>;
	handOff(): Promise<void>;
	stop(): Promise<void>;
}

/** Calls of a worker to its group. */
export interface GroupCalls {
	log(level: 'info' | 'warn' | 'error', fields: object, message: string): void;
}
