import { contentCodings, limits, outcomes } from '@footfall/protocol';
import { type SegmentCall, segmentCalls } from '../../accept/json/segment/segment-event.js';
import { type Example, eventAnswers } from './examples.js';

const description = `Takes what Segment's HTTP API takes, so that a server that uses one of Segment's clients needs another host and a write key.
\`messageId\` is the id of the event, \`userId\` its user, and \`anonymousId\` its visitor. A body has at most ${limits.jsonBodyBytesMax} bytes, and
may be compressed (\`Content-Encoding\`: ${contentCodings.join(', ')}). The write key is required: the clients send it as the user of
\`Basic\`.`;

const timestamp = '2026-01-31T12:00:00Z';
const person = { userId: 'customer-7f3a', timestamp };
const track = {
	type: 'track',
	event: 'Order Completed',
	...person,
	messageId: 'charge-3Q1x',
	properties: {
		order_id: '2026-1001',
		total: 119.95,
		currency: 'EUR',
		products: [{ product_id: 'SKU-1', price: 115 }],
	},
};

/** One request of each call, whose answer is the example `stored`. */
export const segmentRequests: Readonly<Record<SegmentCall, object>> = {
	track,
	identify: { ...person, traits: { plan: 'free' } },
	page: { ...person, name: 'Home', properties: { url: 'https://shop.example/', title: 'Home' } },
	batch: { batch: [track, { type: 'identify', ...person, traits: { plan: 'free' } }] },
};

const storedReport = (stored: number): Example => ({
	summary: 'Every event is stored',
	value: { success: true, outcome: 'stored', stored, rejected: 0, errors: [], errorsOmitted: 0 },
});
/** A message of a type that no event can be made of, and its answer. */
export const segmentAlias = { type: 'alias', userId: 'customer-7f3a', timestamp };
const none: Example = {
	summary: 'No event is stored: the type of the message is not read',
	value: {
		success: false,
		outcome: 'none-stored',
		stored: 0,
		rejected: 1,
		errors: [
			{
				index: 0,
				outcome: 'invalid',
				errors: [
					{ field: 'name', message: 'Invalid input: expected string, received undefined' },
					{ field: 'obj', message: 'Invalid input: expected string, received undefined' },
				],
			},
		],
		errorsOmitted: 0,
	},
};

const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });
const reportOf = (success: boolean) => ({
	allOf: [{ type: 'object', properties: { success: { const: success } }, required: ['success'] }, ref('SegmentReport')],
});
const answer = (text: string, type: string, schema: object, examples: Record<string, Example>) => ({
	description: text,
	content: { [type]: { schema, examples } },
});
const problem = (status: number, examples: Record<string, Example> = {}) => {
	const found = Object.values(outcomes).filter((outcome) => outcome.status === status);
	return answer(found.map(({ meaning }) => meaning).join(' '), 'application/problem+json', ref('Problem'), examples);
};

/** `POST /v1/segment/track` and the others. */
export const segmentPaths: Readonly<Record<string, { post: object }>> = Object.fromEntries(
	segmentCalls.map((call) => [`/v1/segment/${call}`, { post: operationOf(call) }]),
);

function operationOf(call: SegmentCall): object {
	const later = outcomes['retry-later'];
	return {
		tags: ['segment'],
		operationId: `postSegment${call.charAt(0).toUpperCase()}${call.slice(1)}`,
		summary: call === 'batch' ? 'Receives a list of messages of Segment' : `Receives a message of Segment: ${call}`,
		description,
		security: [{ writeKeyAsUser: [] }, { writeKey: [] }],
		requestBody: {
			required: true,
			content: {
				'application/json': {
					schema:
						call === 'batch'
							? {
									type: 'object',
									properties: { batch: { type: 'array', items: { type: 'object' } } },
									required: ['batch'],
								}
							: { type: 'object' },
					examples: { stored: { summary: 'A call', value: segmentRequests[call] } },
				},
			},
		},
		responses: {
			200: answer('At least one event is stored.', 'application/json', reportOf(true), {
				stored: storedReport(call === 'batch' ? 2 : 1),
			}),
			400: {
				description: `No event is stored. ${outcomes.malformed.meaning}`,
				content: {
					'application/json': { schema: reportOf(false), examples: call === 'track' ? { none } : {} },
					'application/problem+json': { schema: ref('Problem') },
				},
			},
			[outcomes.unauthorized.status]: problem(
				outcomes.unauthorized.status,
				call === 'track' ? { wrongKey: eventAnswers.wrongKey } : {},
			),
			'4XX': problem(outcomes['too-large'].status),
			[later.status]: answer(later.meaning, 'application/json', ref('RetryLater'), {}),
		},
	};
}
