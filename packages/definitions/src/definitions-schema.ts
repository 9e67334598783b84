import { z } from 'zod';
import { fileSchema } from './grammar/definitions-schema.js';

/**
 * The JSON Schema (draft 2020-12) of a definitions.json, by which an editor completes keys and marks errors. It refuses
 * nothing that `parseDefinitions` accepts in plain JSON. It accepts what it cannot express: names of goals that there
 * are not, patterns that are not paths, and conditions that are too large. Pure.
 */
export function definitionsSchema(): Record<string, unknown> {
	return z.toJSONSchema(fileSchema, {
		io: 'input',
		target: 'draft-2020-12',
		override({ jsonSchema }) {
			if (jsonSchema.$ref === undefined) return;
			// Beside a reference, zod repeats the schema that it refers to.
			for (const key of Object.keys(jsonSchema)) if (key !== '$ref' && key !== 'description') delete jsonSchema[key];
		},
	});
}
