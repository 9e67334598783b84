import { limits, outcomes, subprotocol } from '@footfall/protocol';
import { retryAfterMs } from '../../accept/intake/answer.js';

const protocolPage =
	'Bytes, answers, outcomes and limits are on the page of the protocol, `packages/protocol/PROTOCOL.md`.';
const later = outcomes['retry-later'];
const ackSchema = { $ref: '#/components/schemas/Ack' };

/** An answer of this type; `schema` also holds its examples. */
const answer = (description: string, type: string, schema: object) => ({
	description,
	content: { [type]: { schema } },
});

const acks = {
	stored: { summary: 'A batch', value: ['ack', 11, 0, 'stored'] },
	duplicate: { summary: 'The same batch once more', value: ['ack', 11, 0, 'duplicate'] },
	malformed: { summary: 'Bytes that are no batch', value: ['ack', null, null, 'malformed'] },
	retryLater: {
		summary: 'A collector whose log is full',
		value: ['ack', 11, 0, 'retry-later', retryAfterMs.full],
	},
};
const ack = (description: string, examples: object) => ({
	description,
	content: { 'application/json': { schema: ackSchema, examples } },
});

/** What the tracker uses. */
export const pagePaths = {
	'/v1/batch': {
		post: {
			tags: ['tracker'],
			operationId: 'postBatch',
			summary: 'Take a batch of the protocol',
			description: `What pages send by beacon: one msgpack batch of at most ${limits.batchBytesMax} bytes as the body. It needs no content type. ${protocolPage}`,
			requestBody: { required: true, content: { 'application/msgpack': {} } },
			responses: {
				[outcomes.stored.status]: ack('Stored, now or before.', { stored: acks.stored, duplicate: acks.duplicate }),
				[outcomes.malformed.status]: ack('Refused.', { malformed: acks.malformed }),
				'4XX': ack("Refused, with the outcome's status.", {}),
				[later.status]: ack(later.meaning, { retryLater: acks.retryLater }),
			},
		},
	},
	'/v1/socket': {
		get: {
			tags: ['tracker'],
			operationId: 'openSocket',
			summary: 'Connect a page',
			description: `A WebSocket of the sub-protocol \`${subprotocol}\`. Every binary message is a batch and gets an ack. ${protocolPage}`,
			responses: { 101: { description: 'The WebSocket is open.' }, 400: { description: 'No WebSocket of ours.' } },
		},
	},
	'/footfall.js': {
		get: {
			tags: ['tracker'],
			operationId: 'getTracker',
			summary: 'The tracker that pages embed',
			responses: {
				200: answer('The script, brotli or gzip where that is accepted.', 'text/javascript', { type: 'string' }),
				304: { description: 'It has the ETag of `If-None-Match`.' },
			},
		},
	},
	'/footfall-vitals.js': {
		get: {
			tags: ['tracker'],
			operationId: 'getVitals',
			summary: 'What the tracker loads to measure web vitals',
			responses: {
				200: answer('The module, brotli or gzip where that is accepted.', 'text/javascript', { type: 'string' }),
				304: { description: 'It has the ETag of `If-None-Match`.' },
			},
		},
	},
};

const readiness = {
	ready: { summary: 'All is well', value: { ready: true } },
	full: { summary: 'The log is full', value: { ready: false, reason: 'full' } },
};
const readySchema = {
	type: 'object',
	properties: { ready: { type: 'boolean' }, reason: { type: 'string', enum: ['stopping', 'failing', 'full'] } },
	required: ['ready'],
	additionalProperties: false,
};
const readyContent = (examples: object) => ({ 'application/json': { schema: readySchema, examples } });

/** What operators use, on the port that serves this document. */
export const adminPaths = {
	'/metrics': {
		get: {
			tags: ['operation'],
			operationId: 'getMetrics',
			summary: 'Everything that is counted',
			responses: { 200: answer('In the text format of Prometheus.', 'text/plain', { type: 'string' }) },
		},
	},
	'/livez': {
		get: {
			tags: ['operation'],
			operationId: 'getLiveness',
			summary: 'Does the process answer?',
			responses: { 200: answer('It does.', 'application/json', { const: { live: true } }) },
		},
	},
	'/readyz': {
		get: {
			tags: ['operation'],
			operationId: 'getReadiness',
			summary: 'Should it get new visitors?',
			description: 'A ClickHouse that is away does not make the collector unready: the log keeps what comes.',
			responses: {
				200: { description: 'It should.', content: readyContent({ ready: readiness.ready }) },
				503: {
					description: 'Not now: it stops, its disk fails, or its log is full.',
					content: readyContent({ full: readiness.full }),
				},
			},
		},
	},
};
