import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { z } from 'zod';
import type { health } from './api/health.js';
import type { MartsLag } from './api/marts-lag.js';
import { QueryFault } from './api/run-query.js';

type Health = z.infer<(typeof health)['row']>;

/** Seconds; they double from the first one. */
const answerSecondsBuckets = Array.from({ length: 11 }, (_, at) => 0.01 * 2 ** at);

/** Nothing is seen, and whether ClickHouse is there all the same: it may have no marts yet, or more to do than it can. */
const fault = (error: unknown) => [undefined, error instanceof QueryFault && error.status !== 502] as const;

/** What the dashboard counts, and what it can tell of the marts. */
export class Metrics {
	readonly registry = new Registry();
	readonly #look: () => Promise<Health | undefined>;
	readonly #lag: () => Promise<MartsLag | undefined>;
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
		'How long the oldest event that no published run has seen has been waiting for the marts; 0 when all are in, NaN where that is not known.',
	);
	readonly #quarantined = this.#gauge('footfall_events_quarantined', 'Rows of events_quarantine.');

	/**
	 * Both are asked at every scrape; what they do not know is NaN.
	 *
	 * @param look asks ClickHouse
	 * @param lag how far the marts are behind
	 */
	constructor(look: () => Promise<Health | undefined>, lag: () => Promise<MartsLag | undefined>) {
		this.#look = look;
		this.#lag = lag;
		collectDefaultMetrics({ register: this.registry });
	}

	/** An answer to a view that took so long. */
	answered(view: string, status: number, ms: number): void {
		this.#answers.observe({ view, status: String(status) }, ms / 1_000);
	}

	/** Everything in the Prometheus text format. */
	async text(): Promise<string> {
		const [[seen, isUp], lag] = await Promise.all([
			this.#look().then((found) => [found, true] as const, fault),
			this.#lag(),
		]);
		this.#up.set(isUp ? 1 : 0);
		this.#published.set(seen?.publishedAgoSeconds ?? Number.NaN);
		this.#waiting.set(lag === undefined ? Number.NaN : lag.behindMs / 1_000);
		this.#quarantined.set(seen?.quarantined ?? Number.NaN);
		return this.registry.metrics();
	}

	#gauge(name: string, help: string): Gauge {
		return new Gauge({ name, help, registers: [this.registry] });
	}
}
