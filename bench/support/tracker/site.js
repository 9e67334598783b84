// The pages that embed the trackers: `/NAME/…` embeds that one, `/bare` none; a page whose path ends in `event`
// captures one while it loads. The pages are cross-origin isolated, so that clocks are fine enough to time one call.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tags } from './scripts.js';

const words = 'A page of a shop with some text to lay out, pictures to look at and buttons to press. ';

/** @param collectors URL of the server of each tracker, by its name */
export async function startSite(scripts, collectors) {
	const server = createServer((request, response) => {
		response.setHeader('cross-origin-opener-policy', 'same-origin');
		response.setHeader('cross-origin-embedder-policy', 'require-corp');
		const name = request.url.split('/')[1];
		const script = scripts[name.replace(/\.js$/, '')];
		if (name.endsWith('.js') && script !== undefined) {
			response.setHeader('content-type', 'text/javascript; charset=utf-8').end(script);
			return;
		}
		const tracker = collectors[name] === undefined ? '' : tags(name, collectors[name]);
		const event = request.url.endsWith('/event') ? "<script>window.track?.('load', 'load')</script>" : '';
		response.setHeader('content-type', 'text/html; charset=utf-8');
		response.end(
			`<!doctype html><html lang="en"><head><title>Shop ${request.url}</title>${tracker}</head><body>${`<p>${words.repeat(20)}</p>`.repeat(40)}${event}</body></html>`,
		);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${server.address().port}`,
		stop() {
			server.closeAllConnections();
			server.close();
		},
	};
}
