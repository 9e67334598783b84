import type { Rejection } from '@footfall/protocol';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Excess } from './accept/limits/rate-limits.js';
import type { EndedCause } from './accept/transport/server.js';
import type { Deferral } from './wal/commit-group.js';

/**
 * Memory, processor time, garbage collection and event-loop delay of this process, under the names that dashboards know.
 */
export function processRegistry(): Registry {
	const register = new Registry();
	collectDefaultMetrics({ register });
	return register;
}

/** The metrics of one process at one moment, as plain data. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The Prometheus text format. */
export const metricsContentType: string = Registry.PROMETHEUS_CONTENT_TYPE;

/** The metrics of processes in the Prometheus text format; those of several are told apart by their `worker`. */
export function metricsText(processes: readonly MetricValues[]): Promise<string> {
	// The library would leave out what cannot be added up; with labels of their own there is nothing to add.
	const separate = processes.map((values) => values.map((metric) => ({ ...metric, aggregator: 'sum' })));
	return AggregatorRegistry.aggregate(separate).metrics();
}

/** What is read at every scrape instead of being counted. */
export interface Readings {
	events: () => number;
	bytes: () => number;
	bytesMax: () => number;
	segments: () => number;
	oldestMs: () => number | undefined;
	connections: () => number;
	/** Of every site. */
	propertyKeys: () => [site: string, keys: number][];
}

/**
 * Everything the collector counts. All label values come from closed lists or the configuration, so that no sender can make the registry grow.
 * Once the log is drained: accepted + recovered = stored + quarantined + damaged + queued.
 */
export class Metrics {
	readonly registry: Registry = processRegistry();
	readonly accepted = this.#counter(
		'footfall_events_accepted_total',
		'Events acknowledged as stored: on disk, synced.',
	);
	readonly duplicate = this.#counter('footfall_events_duplicate_total', 'Events of batches that were stored before.');
	readonly recovered = this.#counter('footfall_events_recovered_total', 'Events found in the log at start.');
	readonly stored = this.#counter('footfall_events_stored_total', 'Events that ClickHouse confirmed.');
	readonly quarantined = this.#counter(
		'footfall_events_quarantined_total',
		'Events that ClickHouse refuses for good: in events_quarantine, or in a segment file that was set aside.',
	);
	readonly damaged = this.#counter('footfall_events_damaged_total', 'Events that could not be read back from the log.');
	readonly damagedRecords = this.#counter(
		'footfall_log_damaged_records_total',
		'Stretches of the log that were not a whole record: torn tails, flipped bytes.',
	);
	readonly #rejections = new Counter({
		name: 'footfall_batches_rejected_total',
		help: 'Batches and JSON bodies refused for good, by outcome code.',
		labelNames: ['reason'] as const,
		registers: [this.registry],
	});
	readonly #eventRejections = new Counter({
		name: 'footfall_events_rejected_total',
		help: 'Events of JSON lists refused for good, by outcome code.',
		labelNames: ['reason'] as const,
		registers: [this.registry],
	});
	readonly #deferrals = new Counter({
		name: 'footfall_batches_deferred_total',
		help: 'Batches and JSON bodies answered retry-later, by cause.',
		labelNames: ['reason'] as const,
		registers: [this.registry],
	});
	readonly #connectionsEnded = new Counter({
		name: 'footfall_connections_ended_total',
		help: 'Connections refused, or ended because their page sent invalid or excess data or did not read, by cause.',
		labelNames: ['cause'] as const,
		registers: [this.registry],
	});
	readonly deliveryErrors = new Counter({
		name: 'footfall_delivery_errors_total',
		help: 'Failed deliveries: refused, or of unknown outcome.',
		labelNames: ['outcome'] as const,
		registers: [this.registry],
	});
	readonly syncSeconds = this.#histogram('footfall_log_sync_seconds', 'One write and sync of the log.', 0.0002);
	readonly insertSeconds = this.#histogram('footfall_insert_seconds', 'One insert into ClickHouse.', 0.002);
	readonly ingestLagSeconds = this.#histogram(
		'footfall_ingest_lag_seconds',
		'From the receipt of the oldest event of an insert until it can be queried.',
		0.05,
	);

	/** @param worker which of several processes this is, as a label of every metric */
	constructor(worker?: number) {
		if (worker !== undefined) this.registry.setDefaultLabels({ worker: String(worker) });
	}

	values(): Promise<MetricValues> {
		return this.registry.getMetricsAsJSON();
	}

	rejected(reason: Rejection): void {
		this.#rejections.inc({ reason });
	}

	eventsRejected(reason: Rejection, events: number): void {
		this.#eventRejections.inc({ reason }, events);
	}

	deferred(reason: Deferral | Excess): void {
		this.#deferrals.inc({ reason });
	}

	connectionEnded(cause: EndedCause): void {
		this.#connectionsEnded.inc({ cause });
	}

	taken(outcome: 'stored' | 'duplicate', events: number): void {
		(outcome === 'stored' ? this.accepted : this.duplicate).inc(events);
	}

	/** Registers the gauges, once there is something to read. */
	read(readings: Readings): void {
		this.#gauge('footfall_events_queued', 'Events in the log that are not delivered.', readings.events);
		this.#gauge('footfall_wal_bytes', 'Bytes of the log on disk, set-aside segments included.', readings.bytes);
		this.#gauge(
			'footfall_wal_bytes_max',
			'Bytes of log above which senders are told to come again.',
			readings.bytesMax,
		);
		this.#gauge('footfall_wal_segments', 'Sealed segments that are not delivered.', readings.segments);
		this.#gauge('footfall_wal_oldest_seconds', 'Age of the oldest undelivered segment; 0 when there is none.', () => {
			const oldestMs = readings.oldestMs();
			return oldestMs === undefined ? 0 : Math.max(0, (Date.now() - oldestMs) / 1000);
		});
		this.#gauge('footfall_connections', 'Open WebSockets.', readings.connections);
		new Gauge({
			name: 'footfall_property_keys',
			help: 'Different property keys of a site since the start, counted up to propertyKeysMax.',
			labelNames: ['site'] as const,
			registers: [this.registry],
			collect() {
				for (const [site, keys] of readings.propertyKeys()) this.set({ site }, keys);
			},
		});
	}

	#counter(name: string, help: string): Counter {
		return new Counter({ name, help, registers: [this.registry] });
	}

	/** Buckets double from the first one. */
	#histogram(name: string, help: string, firstSeconds: number): Histogram {
		const buckets = Array.from({ length: 14 }, (_, i) => firstSeconds * 2 ** i);
		return new Histogram({ name, help, buckets, registers: [this.registry] });
	}

	#gauge(name: string, help: string, read: () => number): void {
		new Gauge({
			name,
			help,
			registers: [this.registry],
			collect() {
				this.set(read());
			},
		});
	}
}
