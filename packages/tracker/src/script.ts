import { startTracker } from './tracker.js';

type Call = [method: string, ...args: never[]];
/** `footfall('track', 'signup')`, and the same functions as `footfall.track('signup')`. */
type Global = ((...call: Call) => unknown) & { track?: unknown; q?: Iterable<Call> };

const page = window as { footfall?: Global };
const stub = page.footfall;
const script = document.currentScript as HTMLScriptElement;
const { site, collector, flushIntervalMs } = script.dataset;

if (!site) {
	console.warn('footfall: the script tag needs data-site');
} else if (!stub?.track) {
	// A page that embeds the script twice is tracked once.
	const methods: Record<string, (...args: never[]) => unknown> = startTracker({
		site,
		collector: collector || new URL(script.src).origin,
		...(flushIntervalMs && { flushIntervalMs: +flushIntervalMs }),
	});
	const run: Global = (method, ...args) => methods[method]?.(...args);
	page.footfall = Object.assign(run, methods);
	for (const call of stub?.q ?? []) run(...call);
}
