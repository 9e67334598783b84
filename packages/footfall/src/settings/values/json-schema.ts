import { z } from 'zod';

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown>;

/** The JSON Schema of what a schema reads, as a part of another one. What JSON Schema cannot say is left out. Pure. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
	const { $schema: _, ...own } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
	return own;
}
