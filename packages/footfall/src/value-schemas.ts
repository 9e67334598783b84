import { z } from 'zod';

/** A whole number in decimal digits, both bounds included. */
export const wholeNumber = (min: number, max: number) =>
	z
		.string()
		.regex(/^\d+$/, `must be a whole number of ${min} to ${max}`)
		.transform(Number)
		.refine((n) => n >= min && n <= max, `must be a whole number of ${min} to ${max}`);

/** A TCP port; 0 takes any free one. */
export const port = wholeNumber(0, 65_535);

/** A file or directory, from the working directory. */
export const path = z.string().min(1, 'must be a path');

/** On or off. */
export const onOff = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');
