import { warn } from './attempt.js';
import { settings } from './settings.js';
import { api, call } from './tracker.js';

type Call = Parameters<typeof call>;
/** The global `footfall`: `footfall('track', 'signup')` is the same call as `footfall.track('signup')`. */
type Global = typeof call & { [name: string]: unknown; q?: Iterable<Call> };

declare global {
	interface Window {
		footfall?: Global;
	}
}

const stub = window.footfall;
// The attributes are the options. Numbers and lists are text in attributes.
const { src, dataset } = document.currentScript as HTMLScriptElement;

// If a page embeds the script twice, only the first one runs.
if (!stub?.init) {
	const run = call as Global;
	window.footfall = run;
	for (const name in api) run[name] = (...args: never[]) => call(name, ...args);
	if (dataset.site) call('init', { collector: new URL(src, location.href).origin, ...dataset } as never);
	for (const args of stub?.q ?? []) call(...args);
	if (!settings.site) warn('data-site is missing');
}
