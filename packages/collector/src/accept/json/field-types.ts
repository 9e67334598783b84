import { z } from 'zod';

/**
 * A string of at most `max` bytes of UTF-8. A UTF-16 unit takes at most three bytes, so short strings need not be
 * measured.
 */
export const text = (max: number, description?: string) =>
	z
		.string()
		.refine((value) => value.length * 3 <= max || Buffer.byteLength(value) <= max, {
			error: `must have at most ${max} bytes`,
		})
		// JSON Schema counts characters, and a string never has more characters than bytes.
		.meta({ maxLength: max, description: `${description ?? ''} At most ${max} bytes of UTF-8.`.trim() });

/** A whole number of 0 or more. */
export const natural = z.int().min(0);
