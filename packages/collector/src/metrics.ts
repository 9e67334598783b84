import { buildLabels, buildMetric } from '@footfall/host';
import type { Rejection } from '@footfall/protocol';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ExceededLimit } from './accept/limits/rate-limits.js';
import type { EndedCause, EngineName } from './accept/transport/engine.js';
import type { Backpressure } from './wal/commit-group.js';

/**
 * Creates a registry with memory, processor time, garbage collection and event-loop delay of this process, under the
 * usual names.
 */
export function processRegistry(): Registry {
	const register = new Registry();
	collectDefaultMetrics({ register });
	return register;
}

/** The metrics of one process at one moment, as plain data. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** The metric that names the version. It is that of the collector, not of each of its processes. */
export function buildValues(): Promise<MetricValues> {
	const registry = new Registry();
	new Gauge({ ...buildMetric, registers: [registry] }).set(buildLabels(), 1);
	return registry.getMetricsAsJSON();
}

/** The Prometheus text format. */
export const metricsContentType: string = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Formats the metrics of processes in the Prometheus text format. Metrics of several processes differ in their label
 * `worker`.
 */
export function metricsText(processes: readonly MetricValues[]): Promise<string> {
	// The library would omit metrics that cannot be added up. With labels of their own, nothing is added up.
	const separate = processes.map((values) => values.map((metric) => ({ ...metric, aggregator: 'sum' })));
	return AggregatorRegistry.aggregate(separate).metrics();
}

/** Values that are read at each scrape instead of being counted. */
export interface Readings {
	engine: EngineName;
	events: () => number;
	bytes: () => number;
	bytesMax: () => number;
	segments: () => number;
	oldestMs: () => number | undefined;
	connections: () => number;
	/** Number of property keys of each site. */
	propertyKeys: () => [site: string, keys: number][];
}

/**
 * All metrics of a collector process. Label values come from closed lists or from the configuration, so no sender can
 * make the registry grow.
 *
 * While nothing is in progress: accepted + recovered = stored + quarantined + damaged + queued.
 */
export class Metrics {
	readonly registry: Registry = processRegistry();
	readonly accepted = this.#counter(
		'footfall_events_accepted_total',
		'Events acknowledged as stored: durable on disk.',
	);
	readonly duplicate = this.#counter(
		'footfall_events_duplicate_total',
		'Events of batches that had been stored before.',
	);
	readonly recovered = this.#counter(
		'footfall_events_recovered_total',
		'Events found in the write-ahead log at the start.',
	);
	readonly stored = this.#counter('footfall_events_stored_total', 'Events whose insert ClickHouse confirmed.');
	readonly quarantined = this.#counter(
		'footfall_events_quarantined_total',
		'Quarantined events: in events_quarantine because ClickHouse rejects them, or in a quarantined segment file.',
	);
	readonly cutFields = this.#counter(
		'footfall_fields_cut_total',
		'Fields of orders and items in delivered batches that were cut to their limit, or not taken because of their value.',
	);
	readonly ordersNotTaken = this.#counter(
		'footfall_orders_not_taken_total',
		'Orders and refunds of batches without an Origin, of sites with write keys: stored, and counted as no orders.',
	);
	readonly damaged = this.#counter(
		'footfall_events_damaged_total',
		'Events that could not be read back from the write-ahead log.',
	);
	readonly damagedRecords = this.#counter(
		'footfall_wal_damaged_records_total',
		'Ranges of the write-ahead log that were not a complete record: torn tails, flipped bytes.',
	);
	readonly #rejections = new Counter({
		name: 'footfall_batches_rejected_total',
		help: 'Batches and JSON bodies rejected permanently, by outcome.',
		labelNames: ['reason'] as const,
		registers: [this.registry],
	});
	readonly #eventRejections = new Counter({
		name: 'footfall_events_rejected_total',
		help: 'Events of JSON lists rejected permanently, by outcome.',
		labelNames: ['reason'] as const,
		registers: [this.registry],
	});
	readonly #retryLaters = new Counter({
		name: 'footfall_batches_retry_later_total',
		help: 'Batches and JSON bodies answered retry-later (backpressure or rate limits), by reason.',
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
		help: 'Failed deliveries to ClickHouse, by outcome: refused or unknown.',
		labelNames: ['outcome'] as const,
		registers: [this.registry],
	});
	readonly fsyncSeconds = this.#histogram(
		'footfall_wal_fsync_seconds',
		'Duration of one write and fsync of the write-ahead log (one commit group).',
		0.0002,
	);
	readonly insertSeconds = this.#histogram('footfall_insert_seconds', 'Duration of one insert into ClickHouse.', 0.002);
	readonly ingestLagSeconds = this.#histogram(
		'footfall_ingest_lag_seconds',
		'Time from the receipt of the oldest event of an insert until it can be queried.',
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

	retryLater(reason: Backpressure | ExceededLimit): void {
		this.#retryLaters.inc({ reason });
	}

	connectionEnded(cause: EndedCause): void {
		this.#connectionsEnded.inc({ cause });
	}

	taken(outcome: 'stored' | 'duplicate', events: number): void {
		(outcome === 'stored' ? this.accepted : this.duplicate).inc(events);
	}

	/** Registers the gauges, once their sources exist. */
	read(readings: Readings): void {
		new Gauge({
			name: 'footfall_http_engine',
			help: 'Always 1; the label engine says what serves HTTP: uws (uWebSockets.js) or node.',
			labelNames: ['engine'] as const,
			registers: [this.registry],
		}).set({ engine: readings.engine }, 1);
		this.#gauge('footfall_events_queued', 'Events in the write-ahead log that are not delivered.', readings.events);
		this.#gauge(
			'footfall_wal_bytes',
			'Size of the write-ahead log on disk, quarantined segments included.',
			readings.bytes,
		);
		this.#gauge(
			'footfall_wal_bytes_max',
			'Maximum size of the write-ahead log. Above it, senders get retry-later.',
			readings.bytesMax,
		);
		this.#gauge('footfall_wal_segments', 'Sealed segments that are not delivered.', readings.segments);
		this.#gauge('footfall_wal_oldest_seconds', 'Age of the oldest undelivered event; 0 when there is none.', () => {
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

	/** Creates a histogram of 14 buckets, each twice as wide as the one before, from `firstSeconds`. */
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
