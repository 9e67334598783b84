import { contentCodings, limits, outcomes, type Rejection } from '@footfall/protocol';
import { keyedFields } from '../../accept/json/json-event.js';
import { listOutcomes } from '../../accept/json/list-report.js';
import { type Example, eventAnswers, jsonRequests, ndjsonRequests } from './examples.js';

const description = `One event, an array of events, or NDJSON with one event per line. \`/v1/events/\`, \`/events\` and \`/events/\` are equivalent paths.

A field that is null is missing, and names of fields may be in any case, or in camelCase. Fields that do not exist are not
stored; the answer names them in \`unknownFields\`.

Events of Google Analytics 4 and of Segment may have their own names: \`purchase\` with a \`transaction_id\`, or \`Order Completed\`
with an \`order_id\`, is an order, and \`view_item\`, \`add_to_cart\` and \`begin_checkout\` with \`items\` are steps of the funnel. They
and orders need no \`obj\`.

A body is NDJSON if its content type says so, or if it has several lines that together are not one JSON value and do not begin
with \`[\`. Other content types are ignored. At most ${limits.jsonBodyBytesMax} bytes and ${limits.jsonEventsMax} events. A body
may be compressed (\`Content-Encoding\`: ${contentCodings.join(', ')}); the limit applies to its inflated size, too.

**One event** is stored or rejected. **A list** may be stored in part: 200 if every event is stored, ${listOutcomes['partly-stored'].status} if some
are, ${listOutcomes['none-stored'].status} if none is. The report describes each rejected event. The valid events of a body are stored together or, with
${outcomes['retry-later'].status}, none of them. Stored events are durable on disk.

**Write keys.** A site may have write keys for its servers, which are secrets and never belong into a page. With one, a
sender may set \`${keyedFields.join('`, `')}\` and an \`event_id\` of any text; its events are those of the site of the key. A site
that has keys takes orders and refunds from its pages and with a key only.

**Retries.** An event with an \`event_id\` counts once, however often it is sent. If every event has one, the sender may resend a
whole body after ${outcomes['retry-later'].status} and after a lost answer.`;

/** Outcomes of a rejected body, or of the one event in it. */
const refusals: readonly Rejection[] = [
	'malformed',
	'unknown-site',
	'origin-not-allowed',
	'unauthorized',
	'too-large',
	'unsupported-encoding',
	'invalid',
	'limit-exceeded',
];

const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });

const {
	oneEvent,
	oneOrder,
	oneOrderOfNobody,
	onePurchase,
	oneKeyed,
	oneUnknown,
	arrayGood,
	linesGood,
	arraySome,
	linesSome,
	arrayNone,
	retryLater,
} = eventAnswers;

/** `POST /v1/events`. */
export const eventsOperation = {
	tags: ['events'],
	operationId: 'postEvents',
	summary: 'Receives events as JSON',
	description,
	security: [{}, { writeKey: [] }, { writeKeyAsUser: [] }],
	parameters: [
		{
			name: 'site',
			in: 'query',
			description: 'Site key of events that name no site.',
			schema: { type: 'string', maxLength: limits.siteBytesMax },
		},
	],
	requestBody: {
		required: true,
		content: {
			'application/json': {
				schema: { oneOf: [ref('Event'), { type: 'array', items: ref('Event'), maxItems: limits.jsonEventsMax }] },
				examples: jsonRequests,
			},
			'application/x-ndjson': {
				schema: { type: 'string', description: 'One `Event` per line; blank lines are skipped.' },
				examples: ndjsonRequests,
			},
		},
	},
	responses: { ...problemResponses(), ...responses() },
};

function responses() {
	const partly = listOutcomes['partly-stored'];
	const none = listOutcomes['none-stored'];
	const later = outcomes['retry-later'];
	const problems = problemResponses()[none.status];
	return {
		[listOutcomes.stored.status]: {
			description: listOutcomes.stored.meaning,
			content: {
				'application/json': {
					schema: { oneOf: [ref('Stored'), ref('Report')] },
					examples: { oneEvent, oneOrder, oneOrderOfNobody, onePurchase, oneKeyed, oneUnknown, arrayGood, linesGood },
				},
			},
		},
		[partly.status]: {
			description: partly.meaning,
			content: { 'application/json': { schema: ref('Report'), examples: { arraySome, linesSome } } },
		},
		[none.status]: {
			description: `A list: ${none.meaning} One event or a body: ${problems?.description}`,
			content: { ...problems?.content, 'application/json': { schema: ref('Report'), examples: { arrayNone } } },
		},
		[later.status]: {
			description: later.meaning,
			headers: { 'Retry-After': { description: 'Time to wait, seconds.', schema: { type: 'integer', minimum: 1 } } },
			content: { 'application/json': { schema: ref('RetryLater'), examples: { retryLater } } },
		},
	};
}

/** The rejections of a body as a whole, by status. */
function problemResponses() {
	const statuses = [...new Set(refusals.map((refusal) => outcomes[refusal].status))];
	return Object.fromEntries(
		statuses.map((status) => {
			const meanings = refusals.filter((refusal) => outcomes[refusal].status === status).map(meaningOf);
			const content = { 'application/problem+json': { schema: ref('Problem'), examples: problemsOf(status) } };
			return [status, { description: meanings.join(' '), content }];
		}),
	);
}

function meaningOf(refusal: Rejection): string {
	return `\`${refusal}\`: ${outcomes[refusal].meaning}`;
}

function problemsOf(status: number): Record<string, Example> {
	return Object.fromEntries(
		Object.entries(eventAnswers).filter(([, { value }]) => 'status' in value && value.status === status),
	);
}
