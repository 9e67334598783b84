// A server that accepts the events of the compared trackers, each in its own format, and records their ids.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const json = (text) => JSON.parse(text);
/** The field `data` of a form, plain or in base64. */
function formData(text) {
	const data = new URLSearchParams(text).get('data') ?? text;
	return json(/^[[{]/.test(data) ? data : Buffer.from(data, 'base64').toString());
}
const list = (value) => (Array.isArray(value) ? value : [value]);

/** The event ids in a body, by the format of each tracker. */
const idsOf = {
	plausible: (body) => [json(body.toString()).p?.id],
	posthog(body, url) {
		const isZipped = body[0] === 0x1f && body[1] === 0x8b;
		const text = (isZipped ? gunzipSync(body) : body).toString();
		const value = url.includes('base64') || text.startsWith('data=') ? formData(text) : json(text);
		return list(value.batch ?? value).map(({ properties }) => properties?.id);
	},
	snowplow: (body) => json(body.toString()).data.map(({ se_la }) => se_la),
	mixpanel: (body) => list(formData(body.toString())).map(({ properties }) => properties?.id),
};

export async function startSink(name) {
	const received = [];
	const sink = { received, bodyBytes: 0 };
	const server = createServer(async (request, response) => {
		const body = Buffer.concat(await request.toArray().catch(() => []));
		const { origin = '*' } = request.headers;
		response.setHeader('access-control-allow-origin', origin);
		response.setHeader('access-control-allow-credentials', 'true');
		response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*');
		response.setHeader('content-type', 'application/json');
		if (request.method === 'POST' && body.length === Number(request.headers['content-length'] ?? body.length)) {
			sink.bodyBytes += body.length;
			try {
				received.push(...idsOf[name](body, request.url).filter((id) => id !== undefined));
			} catch (error) {
				process.stderr.write(`${name} sent what the benchmark cannot read: ${error.message}\n`);
			}
		}
		response.end(name === 'mixpanel' ? '{"status":1,"error":null}' : '{"status":"Ok"}');
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	sink.url = `http://127.0.0.1:${server.address().port}`;
	sink.stop = () => {
		server.closeAllConnections();
		server.close();
	};
	return sink;
}
