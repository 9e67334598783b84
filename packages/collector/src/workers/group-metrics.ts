import { Counter, Gauge } from 'prom-client';
import { type MetricValues, processRegistry } from '../metrics.js';

/** Metrics about the workers in the group's process, besides its own memory and processor time. */
export class GroupMetrics {
	readonly #registry = processRegistry();
	readonly #up = new Gauge({
		name: 'footfall_worker_up',
		help: '1 while a worker of the collector answers, 0 while it is stuck or being restarted.',
		labelNames: ['worker'] as const,
		registers: [this.#registry],
	});
	readonly #ends = new Counter({
		name: 'footfall_worker_ends_total',
		help: 'Workers of the collector that ended unexpectedly and were restarted.',
		labelNames: ['worker'] as const,
		registers: [this.#registry],
	});

	/** @param workers number of workers, which are numbered from 1 */
	constructor(workers: number) {
		this.#registry.setDefaultLabels({ worker: 'group' });
		// The counters exist from the start, so that the first end is seen as an increase.
		for (let worker = 1; worker <= workers; worker++) {
			this.#up.set({ worker }, 0);
			this.#ends.inc({ worker }, 0);
		}
	}

	ended(worker: number): void {
		this.#ends.inc({ worker });
	}

	asked(worker: number, isUp: boolean): void {
		this.#up.set({ worker }, isUp ? 1 : 0);
	}

	values(): Promise<MetricValues> {
		return this.#registry.getMetricsAsJSON();
	}
}
