import { buildLabels, buildMetric } from '@footfall/host';
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
	health: () => Promise<Health | undefined>;
	/** Reads the lag of the marts. */
	lag: () => Promise<MartsLag | undefined>;
	/** Visitors and sites that the marts leave out. This and the next two reject before a first run of the transforms. */
	leftOut: () => Promise<readonly LeftOut[]>;
	/** Receipts of the events that are left out; this query can take long. */
	leftOutEvents: () => Promise<readonly LeftOutEvents[]>;
	/** Event ids shared by different events. */
	eventConflicts: () => Promise<readonly EventConflicts[]>;
}

/** Upper bounds of the buckets, seconds: 0.01, doubled ten times. */
const answerSecondsBuckets = Array.from({ length: 11 }, (_, at) => 0.01 * 2 ** at);

/**
 * Longest wait for the queries of left-out data, milliseconds. In the compose stack Prometheus aborts a scrape after
 * 4 s, and then has none of the metrics.
 */
const leftOutMsMax = 2_000;

/** No health, and whether ClickHouse is up all the same: it may have no marts yet, or be overloaded. */
const fault = (error: unknown) => [undefined, error instanceof QueryFault && error.status !== 502] as const;

/** Metrics of the dashboard and of the marts. */
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
		'Seconds since the run of the transforms that readers see was published.',
	);
	readonly #waiting = this.#gauge(
		'footfall_marts_waiting_seconds',
		'Age of the oldest event that is not in the run that readers see; 0 if there is none, NaN if it is not known.',
	);
	readonly #quarantined = this.#gauge('footfall_events_quarantined', 'Quarantined events, which ClickHouse refused.');

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
		new Gauge({ ...buildMetric, registers: [this.registry] }).set(buildLabels(), 1);
	}

	/** Records the duration of an answer to a view, milliseconds. */
	answered(view: string, status: number, ms: number): void {
		this.#answers.observe({ view, status: String(status) }, ms / 1_000);
	}

	/** All metrics in the Prometheus text format. */
	async text(): Promise<string> {
		const { health, lag: readLag } = this.#sources;
		const { leftOut, leftOutEvents, eventConflicts } = this.#partsOfLeftOut;
		const [[seen, isUp], lag, left, events, conflicts] = await Promise.all([
			health().then((found) => [found, true] as const, fault),
			readLag(),
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

	/** An undefined part is not known and has no series. A site without a row in a known part has 0. */
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

/** Wraps each query of left-out data, so that one that fails or takes long does not hide the others. */
function partsOfLeftOut({ leftOut, leftOutEvents, eventConflicts }: Sources) {
	const part = <Rows>(ask: () => Promise<Rows>) => singleFlight(() => ask().catch(() => undefined), leftOutMsMax);
	return { leftOut: part(leftOut), leftOutEvents: part(leftOutEvents), eventConflicts: part(eventConflicts) };
}
