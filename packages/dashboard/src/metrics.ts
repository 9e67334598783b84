import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { z } from 'zod';
import type { health } from './api/health.js';
import type { eventConflicts, leftOut, leftOutEvents } from './api/left-out.js';
import type { MartsLag } from './api/marts-lag.js';
import { QueryFault } from './api/run-query.js';
import { singleFlight } from './api/single-flight.js';

type Health = z.infer<(typeof health)['row']>;
type LeftOut = z.infer<(typeof leftOut)['row']>;
type LeftOutEvents = z.infer<(typeof leftOutEvents)['row']>;
type EventConflicts = z.infer<(typeof eventConflicts)['row']>;

/** Sources of the metrics. All are queried at every scrape. */
interface Sources {
	/** Queries the state of the marts in ClickHouse. */
	look: () => Promise<Health | undefined>;
	/** Queries how far the marts are behind. */
	lag: () => Promise<MartsLag | undefined>;
	/** Visitors and sites that the marts leave out. This and the next two reject before a first run of the transforms. */
	leftOut: () => Promise<readonly LeftOut[]>;
	/** How many receipts that is, which can take long. */
	leftOutEvents: () => Promise<readonly LeftOutEvents[]>;
	/** Different events under one id. */
	eventConflicts: () => Promise<readonly EventConflicts[]>;
}

/** Seconds; they double from the first one. */
const answerSecondsBuckets = Array.from({ length: 11 }, (_, at) => 0.01 * 2 ** at);

/**
 * Longest wait for what is left out, milliseconds. Prometheus gives up a scrape after 4 s in the compose stack, and
 * then has none of the metrics.
 */
const leftOutMsMax = 2_000;

/** Nothing is seen, and whether ClickHouse is there all the same: it may have no marts yet, or more to do than it can. */
const fault = (error: unknown) => [undefined, error instanceof QueryFault && error.status !== 502] as const;

/** What the dashboard counts, and what it can tell of the marts. */
export class Metrics {
	readonly registry = new Registry();
	readonly #sources: Sources;
	readonly #partsOfLeftOut: ReturnType<typeof partsOfLeftOut>;
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

	readonly #leftOut = new Gauge({
		name: 'footfall_marts_left_out',
		help: 'Visitors, or sites, whose data the marts leave out, by site and kind.',
		labelNames: ['site', 'kind'] as const,
		registers: [this.registry],
	});
	readonly #leftOutEvents = this.#gaugeBySite(
		'footfall_marts_left_out_events',
		'Receipts of events that the marts leave out, by site.',
	);
	readonly #conflicts = this.#gaugeBySite(
		'footfall_event_conflicts',
		'Ids shared by different events, found within the last hour, by site.',
	);

	/** @param sources a source that fails gives NaN, or no series */
	constructor(sources: Sources) {
		this.#sources = sources;
		this.#partsOfLeftOut = partsOfLeftOut(sources);
		collectDefaultMetrics({ register: this.registry });
	}

	/** An answer to a view that took so long. */
	answered(view: string, status: number, ms: number): void {
		this.#answers.observe({ view, status: String(status) }, ms / 1_000);
	}

	/** Everything in the Prometheus text format. */
	async text(): Promise<string> {
		const { look, lag: askLag } = this.#sources;
		const { leftOut, leftOutEvents, eventConflicts } = this.#partsOfLeftOut;
		const [[seen, isUp], lag, left, events, conflicts] = await Promise.all([
			look().then((found) => [found, true] as const, fault),
			askLag(),
			leftOut(),
			leftOutEvents(),
			eventConflicts(),
		]);
		this.#up.set(isUp ? 1 : 0);
		this.#published.set(seen?.publishedAgoSeconds ?? Number.NaN);
		this.#waiting.set(lag === undefined ? Number.NaN : lag.behindMs / 1_000);
		this.#quarantined.set(seen?.quarantined ?? Number.NaN);
		this.#setLeftOut(left, events, conflicts);
		return this.registry.metrics();
	}

	/** Undefined: not known, so that there is no series. A site that a known part does not name has 0 there. */
	#setLeftOut(
		left: readonly LeftOut[] | undefined,
		events: readonly LeftOutEvents[] | undefined,
		conflicts: readonly EventConflicts[] | undefined,
	): void {
		for (const gauge of [this.#leftOut, this.#leftOutEvents, this.#conflicts]) gauge.reset();
		const sites = [left, events, conflicts].flatMap((rows) => rows?.map(({ site }) => site) ?? []);
		for (const site of new Set(sites)) {
			if (left !== undefined) {
				const { visitors, sites } = rowOf(left, site) ?? { visitors: 0, sites: 0 };
				this.#leftOut.set({ site, kind: 'visitor' }, visitors);
				this.#leftOut.set({ site, kind: 'site' }, sites);
			}
			if (events !== undefined) this.#leftOutEvents.set({ site }, rowOf(events, site)?.events ?? 0);
			if (conflicts !== undefined) this.#conflicts.set({ site }, rowOf(conflicts, site)?.conflicts ?? 0);
		}
	}

	#gaugeBySite(name: string, help: string): Gauge<'site'> {
		return new Gauge({ name, help, labelNames: ['site'] as const, registers: [this.registry] });
	}

	#gauge(name: string, help: string): Gauge {
		return new Gauge({ name, help, registers: [this.registry] });
	}
}

const rowOf = <Row extends { site: string }>(rows: readonly Row[], site: string) =>
	rows.find((row) => row.site === site);

/** Each by itself: one that fails or takes long is not known, and the others are. */
function partsOfLeftOut({ leftOut, leftOutEvents, eventConflicts }: Sources) {
	const part = <Rows>(ask: () => Promise<Rows>) => singleFlight(() => ask().catch(() => undefined), leftOutMsMax);
	return { leftOut: part(leftOut), leftOutEvents: part(leftOutEvents), eventConflicts: part(eventConflicts) };
}
