import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { z } from 'zod';
import type { health } from './api/health.js';

type Health = z.infer<(typeof health)['row']>;

/** Seconds; they double from the first one. */
const answerSecondsBuckets = Array.from({ length: 11 }, (_, at) => 0.01 * 2 ** at);

/** What the dashboard counts, and what it can tell of the marts. */
export class Metrics {
	readonly registry = new Registry();
	readonly #look: () => Promise<Health | undefined>;
	readonly #answers = new Histogram({
		name: 'footfall_dashboard_answer_seconds',
		help: 'Answers to views, by view and HTTP status.',
		labelNames: ['view', 'status'] as const,
		buckets: answerSecondsBuckets,
		registers: [this.registry],
	});
	readonly #up = this.#gauge('footfall_clickhouse_up', 'Whether ClickHouse answered the dashboard.');
	readonly #published = this.#gauge(
		'footfall_marts_published_seconds',
		'Seconds since the last run of the transforms was published.',
	);
	readonly #waiting = this.#gauge(
		'footfall_marts_waiting_seconds',
		'How long the oldest event that came after the last run began has been waiting for the marts; 0 when there is none.',
	);
	readonly #quarantined = this.#gauge('footfall_events_quarantined', 'Rows of events_quarantine.');

	/** @param look asks ClickHouse at every scrape; without an answer the gauges of the marts are NaN */
	constructor(look: () => Promise<Health | undefined>) {
		this.#look = look;
		collectDefaultMetrics({ register: this.registry });
	}

	/** An answer to a view that took so long. */
	answered(view: string, status: number, ms: number): void {
		this.#answers.observe({ view, status: String(status) }, ms / 1_000);
	}

	/** Everything in the Prometheus text format. */
	async text(): Promise<string> {
		const seen = await this.#look().catch(() => undefined);
		this.#up.set(seen === undefined ? 0 : 1);
		this.#published.set(seen?.publishedAgoSeconds ?? Number.NaN);
		this.#waiting.set(seen?.waitingSeconds ?? Number.NaN);
		this.#quarantined.set(seen?.quarantined ?? Number.NaN);
		return this.registry.metrics();
	}

	#gauge(name: string, help: string): Gauge {
		return new Gauge({ name, help, registers: [this.registry] });
	}
}
