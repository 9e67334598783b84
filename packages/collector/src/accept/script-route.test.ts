import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngine } from '../testing/engines.js';
import { scriptRoutes } from './script-route.js';
import { chooseEncoding } from './transport/content-encoding.js';
import { listen, type Server } from './transport/server.js';

const script = Buffer.from('console.log("footfall");\n'.repeat(100));
let server: Server;

beforeAll(async () => {
	const routes = scriptRoutes('/footfall.js', script);
	server = await listen({ engine: testEngine, host: '127.0.0.1', port: 0, routes });
});

afterAll(() => server.close());

/** Requests without the decompression of fetch. */
async function get(headers: Record<string, string>, method = 'GET') {
	const { request } = await import('node:http');
	return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
		const sent = request({ port: server.port, path: '/footfall.js', method, headers }, async (reply) => {
			const chunks: Buffer[] = [];
			for await (const chunk of reply) chunks.push(chunk);
			resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) });
		});
		sent.on('error', reject).end();
	});
}

describe('the script', () => {
	it('the script is compressed with the best encoding that the browser accepts', async () => {
		const br = await get({ 'Accept-Encoding': 'gzip, deflate, br' });
		const gzip = await get({ 'Accept-Encoding': 'gzip' });
		const plain = await get({});
		expect([br, gzip, plain].map((reply) => reply.headers['content-encoding'])).toEqual(['br', 'gzip', undefined]);
		expect(brotliDecompressSync(br.body).equals(script)).toBe(true);
		expect(gunzipSync(gzip.body).equals(script)).toBe(true);
		expect(plain.body.equals(script)).toBe(true);
		expect(br.headers).toMatchObject({
			'content-type': 'text/javascript; charset=utf-8',
			'cache-control': expect.stringContaining('max-age=3600'),
			vary: 'Accept-Encoding',
			'access-control-allow-origin': '*',
		});
	});

	it('the script is not sent again if the ETag matches', async () => {
		const first = await get({ 'Accept-Encoding': 'br' });
		const etag = String(first.headers.etag);
		for (const tag of [etag, `"other", W/${etag}`, '*']) {
			const second = await get({ 'Accept-Encoding': 'br', 'If-None-Match': tag });
			expect(second.status).toBe(304);
			expect(second.body.length).toBe(0);
			expect(second.headers.etag).toBe(etag);
		}
		const other = await get({ 'Accept-Encoding': 'gzip', 'If-None-Match': etag });
		expect(other.status).toBe(200);
	});

	it('HEAD returns the size of the script', async () => {
		const head = await get({}, 'HEAD');
		expect(head.status).toBe(200);
		expect(head.headers['content-length']).toBe(String(script.length));
		expect(head.body.length).toBe(0);
	});

	it('encodings that the browser refuses are not used', () => {
		expect(chooseEncoding('br;q=0, gzip;q=0.5')).toBe('gzip');
		expect(chooseEncoding('*')).toBe('br');
		expect(chooseEncoding('*;q=0.0, gzip')).toBe('gzip');
		expect(chooseEncoding('contentKey')).toBe('contentKey');
	});
});
