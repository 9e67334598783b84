import { z } from 'zod';
import { jsonEvent } from '../../accept/json/json-event.js';

/**
 * Generates the JSON Schema of one event from the schema that validates it. It allows everything that the endpoint
 * accepts, and is less strict.
 */
export function eventSchema(): object {
	const { $schema, ...schema } = z.toJSONSchema(jsonEvent, { io: 'input' });
	return schema;
}
