import { limits } from '@footfall/protocol';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchSocket } from '../../accept/batch-socket.js';
import type { Intake } from '../../accept/intake/intake.js';
import { type EventsParts, eventsPaths } from '../../accept/json/events-route.js';
import { checkSchema } from '../../accept/json/json-event.js';
import type { RateLimits } from '../../accept/limits/rate-limits.js';
import { anyEvent } from '../../testing/any-event.js';
import { frame } from '../../testing/frames.js';
import { startTestCollector, type TestCollector } from '../../testing/test-collector.js';
import { publicRoutes } from '../../worker.js';
import { adminRoutes } from '../admin-routes.js';
import { segmentAlias, segmentRequests } from './segment-paths.js';

interface Media {
	schema?: object;
	examples?: Record<string, { value: unknown }>;
}
interface Operation {
	requestBody?: { content: Record<string, Media> };
	responses: Record<string, { content?: Record<string, Media> }>;
}
interface Document {
	servers: { url: string }[];
	paths: Record<string, Record<string, Operation>>;
	components: { schemas: Record<string, object> };
}

let clickhouse: TestWarehouse;
let collector: TestCollector;
/** A collector whose WAL is full. */
let full: TestCollector;
let document: Document;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	collector = await startTestCollector(clickhouse.warehouse, {
		sites: [
			{ key: 'shop', origins: ['https://shop.example'] },
			{ key: 'blog', origins: 'any', keys: ['blog-key-0123456789'] },
		],
	});
	full = await startTestCollector(clickhouse.warehouse, { walBytes: -1 });
	document = (await (await fetch(`${collector.adminUrl}/openapi.json`)).json()) as Document;
});

afterAll(async () => {
	await full.remove();
	await collector.remove();
	await clickhouse.stop();
});

/** Returns whether a value matches a schema of the document. */
function fits(schema: object | undefined, value: unknown): boolean {
	const ajv = new Ajv2020({ strict: false, validateFormats: false });
	return ajv.compile({ ...schema, components: document.components })(value) === true;
}

function operation(path: string, method: string): Operation {
	const found = document.paths[path]?.[method];
	if (found === undefined) throw new Error(`the document has no ${method} ${path}`);
	return found;
}

/** Examples of answers of an operation that a test has got from a collector. */
const answered = new Set<string>();

/** Checks that the answer is the example of this name and matches its schema. */
async function expectExample(path: string, method: string, name: string, reply: Response): Promise<void> {
	const type = (reply.headers.get('content-type') ?? '').split(';')[0] ?? '';
	const media = operation(path, method).responses[reply.status]?.content?.[type];
	const body: unknown = await reply.json();
	expect([name, body]).toEqual([name, media?.examples?.[name]?.value]);
	expect([name, fits(media?.schema, body)]).toEqual([name, true]);
	answered.add(`${path} ${method} ${name}`);
}

function post(url: string, body: unknown, type: string, headers: Record<string, string> = {}): Promise<Response> {
	const text = typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
	return fetch(url, { method: 'POST', body: text, headers: { 'Content-Type': type, ...headers } });
}

const requestExamples = () =>
	Object.entries(operation('/v1/events', 'post').requestBody?.content ?? {}).flatMap(([type, { examples = {} }]) =>
		Object.entries(examples).map(([name, { value }]) => ({ type, name, value })),
	);

describe('the OpenAPI document', () => {
	it('the document is valid OpenAPI 3.1', async () => {
		const validator = new Validator();
		expect(await validator.validate(structuredClone(document) as never)).toEqual({ valid: true });
		expect(validator.version).toBe('3.1');
		const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
		for (const [, name = ''] of refs) expect(document.components.schemas).toHaveProperty(name);
		expect(document.servers[0]?.url).toBe(collector.publicUrl);
	});

	it('the document has every route of the collector, and no other', () => {
		const script = new Uint8Array();
		const routes = publicRoutes(
			{ trackerScript: script, vitalsScript: script, dataLayerScript: script },
			{} as EventsParts,
		);
		const equivalent: readonly string[] = eventsPaths.slice(1);
		// HEAD and OPTIONS are those of the other methods.
		const ofPages = routes
			.filter(({ path, method }) => (method === 'get' || method === 'post') && !equivalent.includes(path))
			.map(({ path, method }) => `${method} ${path}`);
		const socket = batchSocket({} as Intake, {} as RateLimits).path;
		const admin = adminRoutes({ metrics: async () => [], unreadiness: () => undefined }).map(
			({ path }) => `get ${path}`,
		);
		const described = Object.entries(document.paths).flatMap(([path, item]) =>
			Object.keys(item)
				.filter((method) => method !== 'servers')
				.map((method) => `${method} ${path}`),
		);
		expect(new Set(described)).toEqual(new Set([...ofPages, `get ${socket}`, ...admin]));
		const { description } = operation('/v1/events', 'post') as { description?: string };
		for (const path of equivalent) expect(description).toContain(`\`${path}\``);
	});

	it('each example body gets the example answer of the same name', async () => {
		const bodies = operation('/v1/events', 'post').requestBody?.content;
		for (const { type, name, value } of requestExamples()) {
			const reply = await post(`${collector.publicUrl}/v1/events`, value, type);
			if (reply.status === 200) expect(fits(bodies?.[type]?.schema, value)).toBe(true);
			await expectExample('/v1/events', 'post', name, reply);
		}
	});

	it('the other example answers are those of a collector', async () => {
		const [first] = requestExamples();
		const { publicUrl, adminUrl } = collector;
		const json = 'application/json';
		const events = (name: string, reply: Response) => expectExample('/v1/events', 'post', name, reply);
		const evil = { Origin: 'https://evil.example' };
		await events('originNotAllowed', await post(`${publicUrl}/v1/events`, first?.value, json, evil));
		const key = { Authorization: 'Bearer another-key-0123456789' };
		await events('wrongKey', await post(`${publicUrl}/v1/events`, first?.value, json, key));
		const many = Array.from({ length: limits.jsonEventsMax + 1 }, () => 1);
		await events('tooManyEvents', await post(`${publicUrl}/v1/events`, many, json));
		await events('tooLarge', await post(`${publicUrl}/v1/events`, ' '.repeat(limits.jsonBodyBytesMax + 1), json));
		const zstd = { 'Content-Encoding': 'zstd' };
		await events('unsupportedEncoding', await post(`${publicUrl}/v1/events`, first?.value, json, zstd));
		const later = await post(`${full.publicUrl}/v1/events`, first?.value, json);
		expect(later.headers.get('retry-after')).toBe('15');
		await events('retryLater', later);

		for (const [call, body] of Object.entries(segmentRequests)) {
			const { security } = operation(`/v1/segment/${call}`, 'post') as { security?: object[] };
			expect(security).toContainEqual({ writeKeyAsUser: [] });
			const path = `/v1/segment/${call}`;
			const basic = { Authorization: `Basic ${btoa('blog-key-0123456789:')}` };
			await expectExample(path, 'post', 'stored', await post(publicUrl + path, body, json, basic));
			expect((await post(publicUrl + path, body, json)).status).toBe(401);
			if (call !== 'track') continue;
			await expectExample(path, 'post', 'none', await post(publicUrl + path, segmentAlias, json, basic));
			await expectExample(path, 'post', 'wrongKey', await post(publicUrl + path, body, json, key));
		}

		const batch = (name: string, reply: Response) => expectExample('/v1/batch', 'post', name, reply);
		const bytes = frame();
		await batch('stored', await post(`${publicUrl}/v1/batch`, bytes, 'application/msgpack'));
		await batch('duplicate', await post(`${publicUrl}/v1/batch`, bytes, 'application/msgpack'));
		await batch('malformed', await post(`${publicUrl}/v1/batch`, 'x', 'application/msgpack'));
		await batch('retryLater', await post(`${full.publicUrl}/v1/batch`, bytes, 'application/msgpack'));
		await expectExample('/readyz', 'get', 'ready', await fetch(`${adminUrl}/readyz`));
		await expectExample('/readyz', 'get', 'full', await fetch(`${full.adminUrl}/readyz`));
	});

	it('every example answer was given by a collector in these tests', () => {
		const all = Object.entries(document.paths).flatMap(([path, item]) =>
			Object.entries(item).flatMap(([method, { responses }]) =>
				Object.values(responses ?? {})
					.flatMap(({ content = {} }) => Object.values(content))
					.flatMap(({ examples = {} }) => Object.keys(examples))
					.map((name) => `${path} ${method} ${name}`),
			),
		);
		expect(answered).toEqual(new Set(all));
	});

	it('the document describes the answers of the other paths', async () => {
		for (const [path, type] of Object.entries({
			'/metrics': 'text/plain',
			'/livez': 'application/json',
			'/footfall.js': 'text/javascript',
		})) {
			const reply = await fetch((path.endsWith('.js') ? collector.publicUrl : collector.adminUrl) + path);
			expect(reply.headers.get('content-type')).toMatch(type);
			const schema = operation(path, 'get').responses[reply.status]?.content?.[type]?.schema;
			expect(fits(schema, type === 'application/json' ? await reply.json() : await reply.text())).toBe(true);
		}
	});

	it('the schema accepts every event that the endpoint accepts', () => {
		const ajv = new Ajv2020({ strict: false, validateFormats: false });
		const allows = ajv.compile(Object(document.components.schemas.Event));
		fc.assert(
			fc.property(anyEvent, (event) => {
				if (checkSchema(event).ok) expect(allows(event)).toBe(true);
			}),
		);
	});
});
