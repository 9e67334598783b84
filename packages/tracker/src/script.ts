import { api, call } from './tracker.js';

type Call = Parameters<typeof call>;
/** `footfall('track', 'signup')`, and the same functions as `footfall.track('signup')`. */
type Global = ((...call: Call) => unknown) & { [name: string]: unknown; q?: Iterable<Call> };

const page = window as { footfall?: Global };
const stub = page.footfall;
// The attributes are the options; what is numbers or names there is text here.
const { src, dataset } = document.currentScript as HTMLScriptElement;
const calls = [...(stub?.q ?? [])];
if (dataset.site) calls.unshift(['init', { collector: new URL(src).origin, ...dataset } as never]);

if (calls[0]?.[0] !== 'init') {
	console.warn('footfall: the script tag needs data-site');
} else if (!stub?.init) {
	// A page that embeds the script twice is tracked once.
	const run = ((...args: Call) => call(...args)) as Global;
	page.footfall = run;
	for (const name in api) run[name] = (...args: never[]) => call(name, ...args);
	for (const args of calls) call(...args);
}
