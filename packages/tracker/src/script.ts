import { warn } from './attempt.js';
import type { Footfall } from './global.js';
import { settings } from './settings.js';
import { api, call } from './tracker.js';

const stub = window.footfall;
// The attributes are the options. Numbers and lists are text in attributes.
const { src, dataset } = document.currentScript as HTMLScriptElement;

const options = { collector: new URL(src, location.href).origin, ...dataset } as never;

// If a page embeds the script twice, or has a bundle with the module, the first tracker runs alone.
const run = (stub?.init ? stub : call) as typeof call;
if (run === call) {
	window.footfall = run as Footfall;
	for (const name in api) Object.assign(run, { [name]: (...args: never[]) => call(name, ...args) });
}
if (dataset.site) run('init', options);
if (run === call) {
	for (const args of stub?.q ?? []) call(...args);
	if (!settings.site) warn('data-site is missing');
}
