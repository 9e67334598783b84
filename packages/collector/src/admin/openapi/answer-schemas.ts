import { outcomes } from '@footfall/protocol';
import { itemErrorsMax, listOutcomes } from '../../accept/json/list-report.js';

const count = { type: 'integer', minimum: 0 };
const outcomeOf = (names: readonly string[]) => ({ type: 'string', enum: names });
const refusals = Object.entries(outcomes).flatMap(([name, { status }]) =>
	status >= 400 && status < 500 ? [name] : [],
);

/** An object that has all of these fields and no others, but for the optional ones. */
function object(properties: Record<string, object>, ...optional: string[]): object {
	const required = Object.keys(properties).filter((name) => !optional.includes(name));
	return { type: 'object', properties, required, additionalProperties: false };
}

const fault = object({
	field: { type: 'string', description: 'Where: `user_id`, `exp.cart_style`; empty for the whole.' },
	message: { type: 'string', description: 'What is wrong there.' },
});

const itemError = object(
	{
		index: { ...count, description: 'Position among the events of the body, from 0.' },
		line: { type: 'integer', minimum: 1, description: 'Line of an NDJSON body, from 1.' },
		outcome: outcomeOf(refusals),
		errors: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
	},
	'line',
);

/** Schemas of what the JSON door answers, by name. */
export const answerSchemas = {
	Fault: fault,
	Stored: object({ outcome: { const: 'stored' }, events: { const: 1, description: 'Events on disk.' } }),
	Report: object({
		outcome: outcomeOf(Object.keys(listOutcomes)),
		stored: { ...count, description: 'Events on disk.' },
		rejected: { ...count, description: 'Events refused for good.' },
		errors: {
			type: 'array',
			maxItems: itemErrorsMax,
			description: 'The first refused events, in their order.',
			items: itemError,
		},
		errorsOmitted: { ...count, description: 'Refused events that `errors` has no room for.' },
	}),
	RetryLater: object({
		outcome: { const: 'retry-later' },
		events: { const: 0, description: 'Events on disk.' },
		retryAfterMs: { ...count, description: 'Milliseconds to wait before sending the same body again.' },
	}),
	Problem: {
		description: 'RFC 9457 problem details.',
		...object({
			type: { const: 'about:blank' },
			title: { type: 'string', description: 'What the outcome means.' },
			status: { type: 'integer' },
			detail: { type: 'string', description: 'The first fault in words.' },
			outcome: outcomeOf(refusals),
			errors: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
		}),
	},
	Ack: {
		description: 'The protocol\'s `["ack", stream, sequence, outcome, retryAfterMs?]`.',
		type: 'array',
		prefixItems: [
			{ const: 'ack' },
			{ type: ['integer', 'null'] },
			{ type: ['integer', 'null'] },
			outcomeOf(Object.keys(outcomes)),
			count,
		],
		minItems: 4,
		maxItems: 5,
	},
};
