import type { WireContext } from '@footfall/protocol';
import type { Metric } from 'web-vitals';
import { onCLS } from 'web-vitals/onCLS.js';
import { onFCP } from 'web-vitals/onFCP.js';
import { onINP } from 'web-vitals/onINP.js';
import { onLCP } from 'web-vitals/onLCP.js';
import { onTTFB } from 'web-vitals/onTTFB.js';

/** The pages that were shown, the latest first: time since which each was shown, ms since 1970, and its context. */
export type Pages = readonly [sinceMs: number, context: WireContext][];

/**
 * Measures the web vitals of the page, and reports each metric when it is final, with the context of the page on which
 * it was measured: of the one that was shown at the time of the metric's last entry.
 */
export function measure(report: (name: string, value: number, context?: WireContext) => void, pages: Pages = []): void {
	for (const start of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
		start(({ name, value, entries }: Metric) => {
			const atMs = performance.timeOrigin + (entries[entries.length - 1]?.startTime ?? Number.POSITIVE_INFINITY);
			report(name, value, (pages.find(([sinceMs]) => sinceMs <= atMs) ?? pages[pages.length - 1])?.[1]);
		});
	}
}
