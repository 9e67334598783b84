import type { WarehouseAddress } from '@footfall/warehouse';
import type { Unreadiness } from '../admin/admin-routes.js';
import type { MetricValues } from '../metrics.js';
import type { CollectorOptions } from '../options.js';
import type { PlaceInGroup } from '../worker.js';

/** A collector's options as far as they can go to another process. */
export interface WorkerOptions extends Omit<CollectorOptions, 'warehouse' | 'logger' | 'fileSystem'> {
	warehouse: WarehouseAddress;
}

/** How a worker is started. */
export interface WorkerStart {
	options: WorkerOptions;
	place: PlaceInGroup;
	/** Log directories of workers that there are no more. */
	orphans: readonly string[];
}

/** What the group asks of a worker. A refusal is a value: an error would lose its class on the way. */
export interface WorkerCalls {
	start(start: WorkerStart): Promise<{ publicUrl: string } | { refusal: string }>;
	unreadiness(): Unreadiness;
	metrics(): Promise<MetricValues>;
	drained(): Promise<void>;
	handOff(): Promise<void>;
	stop(): Promise<void>;
}

/** What a worker asks of its group. */
export interface GroupCalls {
	log(level: 'info' | 'warn' | 'error', fields: object, message: string): void;
}
