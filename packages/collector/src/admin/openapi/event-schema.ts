import { z } from 'zod';
import { jsonEvent } from '../../accept/json/json-event.js';

/**
 * Generates the JSON Schema of one event from the schema that validates it. It allows everything that the endpoint
 * accepts, except names of fields in another case, and is less strict.
 */
export function eventSchema(): object {
	const { $schema, properties = {}, required = [], ...schema } = z.toJSONSchema(jsonEvent, { io: 'input' });
	const fields = Object.entries(properties).map(([name, field]) =>
		// A null is removed before the event is validated.
		required.includes(name) || typeof field === 'boolean' || field.type === undefined
			? [name, field]
			: [name, { ...field, type: [field.type, 'null'] }],
	);
	return { ...schema, properties: Object.fromEntries(fields), required };
}
