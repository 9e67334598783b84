import { contentCodings, limits, outcomes, subprotocol } from '@footfall/protocol';
import { retryAfterMs } from '../../accept/intake/answer.js';

const protocolPage = 'The protocol defines the format, answers, outcomes and limits: `packages/protocol/PROTOCOL.md`.';
const later = outcomes['retry-later'];
const ackSchema = { $ref: '#/components/schemas/Ack' };

/** An answer with a content type; `schema` also contains its examples. */
const answer = (description: string, type: string, schema: object) => ({
	description,
	content: { [type]: { schema } },
});

const acks = {
	stored: { summary: 'A batch', value: ['ack', 11, 0, 'stored'] },
	duplicate: { summary: 'The same batch again', value: ['ack', 11, 0, 'duplicate'] },
	malformed: { summary: 'Bytes that are not a batch', value: ['ack', null, null, 'malformed'] },
	retryLater: {
		summary: 'The write-ahead log of the collector is full',
		value: ['ack', 11, 0, 'retry-later', retryAfterMs.full],
	},
};
const ack = (description: string, examples: object) => ({
	description,
	content: { 'application/json': { schema: ackSchema, examples } },
});

/** Paths of the tracker. */
export const pagePaths = {
	'/v1/batch': {
		post: {
			tags: ['tracker'],
			operationId: 'postBatch',
			summary: 'Receives a batch of the protocol',
			description: `Pages send batches with sendBeacon or fetch: one msgpack batch of at most ${limits.batchBytesMax} bytes as the body, which may be compressed (\`Content-Encoding\`: ${contentCodings.join(', ')}). The content type is ignored. ${protocolPage}`,
			requestBody: { required: true, content: { 'application/msgpack': {} } },
			responses: {
				[outcomes.stored.status]: ack('The batch is stored, now or by an earlier request.', {
					stored: acks.stored,
					duplicate: acks.duplicate,
				}),
				[outcomes.malformed.status]: ack('The batch is rejected.', { malformed: acks.malformed }),
				'4XX': ack('The batch is rejected, with the status of the outcome.', {}),
				[later.status]: ack(later.meaning, { retryLater: acks.retryLater }),
			},
		},
	},
	'/v1/socket': {
		get: {
			tags: ['tracker'],
			operationId: 'openSocket',
			summary: 'Opens the WebSocket of a page',
			description: `A WebSocket of the sub-protocol \`${subprotocol}\`. Every binary message is a batch and gets an ack. ${protocolPage}`,
			responses: {
				101: { description: 'The WebSocket is open.' },
				400: { description: 'Not a WebSocket of this protocol.' },
			},
		},
	},
	'/footfall.js': {
		get: {
			tags: ['tracker'],
			operationId: 'getTracker',
			summary: 'Serves the tracker that pages embed',
			responses: {
				200: answer('The script, compressed with brotli or gzip if the client accepts that.', 'text/javascript', {
					type: 'string',
				}),
				304: { description: 'The ETag is that of `If-None-Match`.' },
			},
		},
	},
	'/footfall-vitals.js': {
		get: {
			tags: ['tracker'],
			operationId: 'getVitals',
			summary: 'Serves the second file of the tracker, with web vitals and what few pages need',
			responses: {
				200: answer('The module, compressed with brotli or gzip if the client accepts that.', 'text/javascript', {
					type: 'string',
				}),
				304: { description: 'The ETag is that of `If-None-Match`.' },
			},
		},
	},
	'/footfall-datalayer.js': {
		get: {
			tags: ['tracker'],
			operationId: 'getDataLayer',
			summary: 'Serves the file of the tracker that reads data layers of Google Analytics 4',
			responses: {
				200: answer('The module, compressed with brotli or gzip if the client accepts that.', 'text/javascript', {
					type: 'string',
				}),
				304: { description: 'The ETag is that of `If-None-Match`.' },
			},
		},
	},
};

const readiness = {
	ready: { summary: 'The collector is ready', value: { ready: true } },
	full: { summary: 'The write-ahead log is full', value: { ready: false, reason: 'full' } },
};
const readySchema = {
	type: 'object',
	properties: { ready: { type: 'boolean' }, reason: { type: 'string', enum: ['stopping', 'failing', 'full'] } },
	required: ['ready'],
	additionalProperties: false,
};
const readyContent = (examples: object) => ({ 'application/json': { schema: readySchema, examples } });

const livenessSchema = {
	type: 'object',
	required: ['live', 'version'],
	properties: {
		live: { const: true },
		version: { type: 'string', description: 'Version of Footfall.' },
		commit: { type: 'string', description: 'Commit that it was built from; absent if that is not known.' },
	},
};

/** Paths of operators, on the port that serves this document. */
export const adminPaths = {
	'/metrics': {
		get: {
			tags: ['operation'],
			operationId: 'getMetrics',
			summary: 'Returns all metrics',
			responses: { 200: answer('Metrics in the text format of Prometheus.', 'text/plain', { type: 'string' }) },
		},
	},
	'/livez': {
		get: {
			tags: ['operation'],
			operationId: 'getLiveness',
			summary: 'Returns whether the process answers',
			responses: { 200: answer('The process answers.', 'application/json', livenessSchema) },
		},
	},
	'/readyz': {
		get: {
			tags: ['operation'],
			operationId: 'getReadiness',
			summary: 'Returns whether the collector should get new visitors',
			description: 'A ClickHouse outage does not make the collector unready: the write-ahead log keeps the events.',
			responses: {
				200: { description: 'The collector is ready.', content: readyContent({ ready: readiness.ready }) },
				503: {
					description: 'The collector is not ready: it stops, its disk fails, or its write-ahead log is full.',
					content: readyContent({ full: readiness.full }),
				},
			},
		},
	},
};
