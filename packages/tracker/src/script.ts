import { safely, warn } from './attempt.js';
import { ofDocument } from './browser.js';
import { type Footfall, ofFootfall, runningTracker } from './global.js';
import { settings } from './settings.js';
import { api, call } from './tracker.js';

safely(() => {
	// If a page embeds the script twice, or has a bundle with the module, the first tracker runs alone.
	const run = (runningTracker() || call) as typeof call;
	const waiting = ofFootfall('q') ?? [];
	const script = ofDocument('currentScript');
	// The script of an SVG document has an address that is an object.
	const address = (script && ((script as HTMLScriptElement).src ?? (script as SVGScriptElement).href.baseVal)) || '';
	if (run === call) {
		window.footfall = run as Footfall;
		for (const name in api) (run as never as Record<string, unknown>)[name] = (...args: never[]) => call(name, ...args);
	}
	// The attributes are the options, and so are parameters of the address. Numbers and lists are text in both.
	settings.collector = /^https?:..[^/]+/.exec(address)?.[0] ?? location.origin;
	const options: Record<string, unknown> = { collector: settings.collector };
	for (const [name, value] of new URLSearchParams(address.split('?')[1])) {
		options[name.replace(/-./g, ([, letter]) => (letter as string).toUpperCase())] = value;
	}
	Object.assign(options, script?.dataset);
	if (options.site) run('init', options as never);
	if (run !== call) return;
	for (const args of waiting) call(...args);
	// A module, and a script in a shadow root, cannot read its own attributes.
	if (!settings.site) warn(`data-site is missing${script ? '' : ': write <script defer>'}`);
})();
