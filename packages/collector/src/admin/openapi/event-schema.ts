import { z } from 'zod';
import { jsonEvent } from '../../accept/json/json-event.js';

/** JSON Schema of one event, from the schema that judges it. It allows whatever the door takes, and is not as strict. */
export function eventSchema(): object {
	const { $schema, ...schema } = z.toJSONSchema(jsonEvent, { io: 'input' });
	return schema;
}
