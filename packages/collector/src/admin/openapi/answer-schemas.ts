import { outcomes } from '@footfall/protocol';
import { itemErrorsMax, listOutcomes } from '../../accept/json/list-report.js';
import { unknownFieldsMax } from '../../accept/json/read-fields.js';

const count = { type: 'integer', minimum: 0 };
const outcomeOf = (names: readonly string[]) => ({ type: 'string', enum: names });
const refusals = Object.entries(outcomes).flatMap(([name, { status }]) =>
	status >= 400 && status < 500 ? [name] : [],
);

/** Schema of an object with all of these fields and no others; the optional fields may be missing. */
function object(properties: Record<string, object>, ...optional: string[]): object {
	const required = Object.keys(properties).filter((name) => !optional.includes(name));
	return { type: 'object', properties, required, additionalProperties: false };
}

const unknownFields = {
	type: 'array',
	maxItems: unknownFieldsMax,
	items: { type: 'string' },
	description: 'Names of fields of the stored events that were not stored, because there is no such field.',
};

const notice = { type: 'string', description: 'Names fields that were not stored because they need a write key.' };

const fault = object({
	field: {
		type: 'string',
		description: 'Path of the field, such as `user_id` or `exp.cart_style`; empty for the whole body or event.',
	},
	message: { type: 'string', description: 'Description of the fault.' },
});

const itemError = object(
	{
		index: { ...count, description: 'Position among the events of the body, from 0.' },
		line: { type: 'integer', minimum: 1, description: 'Line number in an NDJSON body, from 1.' },
		outcome: outcomeOf(refusals),
		errors: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
	},
	'line',
);

const report = {
	outcome: outcomeOf(Object.keys(listOutcomes)),
	stored: { ...count, description: 'Number of events stored on disk.' },
	rejected: { ...count, description: 'Number of events rejected permanently.' },
	errors: {
		type: 'array',
		maxItems: itemErrorsMax,
		description: 'The first rejected events, in the order of the body.',
		items: itemError,
	},
	errorsOmitted: { ...count, description: 'Number of rejected events beyond those in `errors`.' },
	unknownFields,
	notice,
};

/** Schemas of the answers of the JSON endpoint, by name. */
export const answerSchemas = {
	Fault: fault,
	Stored: object(
		{
			outcome: { const: 'stored' },
			events: { const: 1, description: 'Number of events stored on disk.' },
			unknownFields,
			notice,
		},
		'unknownFields',
		'notice',
	),
	Report: object(report, 'unknownFields', 'notice'),
	SegmentReport: object({ success: { type: 'boolean' }, ...report }, 'unknownFields', 'notice'),
	RetryLater: object({
		outcome: { const: 'retry-later' },
		events: { const: 0, description: 'Number of events stored on disk.' },
		retryAfterMs: { ...count, description: 'Time to wait before the same body is sent again, ms.' },
	}),
	Problem: {
		description: 'RFC 9457 problem details.',
		...object({
			type: { const: 'about:blank' },
			title: { type: 'string', description: 'Meaning of the outcome.' },
			status: { type: 'integer' },
			detail: { type: 'string', description: 'The first fault in words.' },
			outcome: outcomeOf(refusals),
			errors: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
		}),
	},
	Ack: {
		description: 'The protocol\'s `["ack", stream, sequence, outcome, retryAfterMs?, notice?]`.',
		type: 'array',
		prefixItems: [
			{ const: 'ack' },
			{ type: ['integer', 'null'] },
			{ type: ['integer', 'null'] },
			outcomeOf(Object.keys(outcomes)),
			count,
			{ type: 'string' },
		],
		minItems: 4,
		maxItems: 6,
	},
};
