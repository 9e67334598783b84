import { setTimeout as wait } from 'node:timers/promises';
import { eventsInSessions } from './marts.js';

const pauseMs = 150;

/**
 * Measures the time from sending an event until the marts show it. The marts show only the number of events of a
 * visitor: when they show n of them, the first n that were sent count as seen.
 */
export class MartLatency {
	#clickhouse;
	/** For each visitor the events that wait, in the order in which they were sent, and the number of those seen. */
	#visitors = new Map();
	#latenciesMs = { fixed: [], rotating: [] };

	constructor(clickhouse) {
		this.#clickhouse = clickhouse;
	}

	/** @param kind fixed or rotating @param isCounted whether its latency is part of the result */
	sent(visitor, events, kind, isCounted) {
		const one = this.#visitors.get(visitor) ?? { seen: 0, waiting: [] };
		const sentAtMs = performance.now();
		for (let i = 0; i < events; i++) one.waiting.push({ sentAtMs, kind, isCounted });
		this.#visitors.set(visitor, one);
	}

	/** Polls the marts until the signal aborts. A query that fails shows no events. */
	async watch(signal) {
		while (!signal.aborted) {
			const visible = await eventsInSessions(this.#clickhouse, this.#waitingVisitors()).catch(() => new Map());
			const nowMs = performance.now();
			for (const [visitor, events] of visible) this.#see(visitor, events, nowMs);
			await wait(pauseMs);
		}
	}

	get isAllSeen() {
		return this.#waitingVisitors().length === 0;
	}

	/** Latencies of the events of a kind, ms, up to now for events not seen, and the number of events not seen. */
	latenciesMs(kind) {
		const waiting = [...this.#visitors.values()].flatMap((one) => one.waiting);
		const unseen = waiting.filter((event) => event.kind === kind && event.isCounted);
		const waitedMs = unseen.map(({ sentAtMs }) => performance.now() - sentAtMs);
		return { latenciesMs: [...this.#latenciesMs[kind], ...waitedMs], unseen: unseen.length };
	}

	#waitingVisitors() {
		return [...this.#visitors].filter(([, { waiting }]) => waiting.length > 0).map(([visitor]) => visitor);
	}

	#see(visitor, events, nowMs) {
		const one = this.#visitors.get(visitor);
		for (; one.seen < events && one.waiting.length > 0; one.seen++) {
			const { sentAtMs, kind, isCounted } = one.waiting.shift();
			if (isCounted) this.#latenciesMs[kind].push(nowMs - sentAtMs);
		}
	}
}
