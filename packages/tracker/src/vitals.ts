import type { WireContext } from '@footfall/protocol';
import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';

/**
 * Entry of the second file: measures the web vitals of the page, and reports each metric when it is final, with the
 * context of the page on which it was measured: of the one that was shown at the time of the metric's last entry.
 *
 * @param pages time since which each page was shown, ms since the page was opened, and its context
 */
export default function measure(
	report: (name: string, value: number, context?: WireContext) => void,
	pages: readonly [sinceMs: number, context: WireContext][] = [],
): void {
	for (const start of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
		start(({ name, value, entries }: Metric) => {
			const atMs = entries[entries.length - 1]?.startTime ?? Number.POSITIVE_INFINITY;
			const sorted = [...pages].sort(([a], [b]) => b - a);
			report(name, value, (sorted.find(([sinceMs]) => sinceMs <= atMs) ?? sorted.pop())?.[1]);
		});
	}
}
