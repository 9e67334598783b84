import { nearest } from '@footfall/json';
import { z } from 'zod';

/** A text of the file for a fault. Pure. */
export const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** A word that is not among those that are known, with the nearest of them. Pure. */
export function unknownWord(word: string, what: string, known: readonly string[]): string {
	const meant = nearest(word, known);
	if (meant !== undefined) return `${shown(word)} is not ${what}; did you mean "${meant}"?`;
	if (known.length === 0) return `${shown(word)} is not ${what}; there are none`;
	const some = known.slice(0, 20).join(', ');
	return `${shown(word)} is not ${what}; possible: ${some}${known.length > 20 ? ', …' : ''}`;
}

/**
 * An object with these keys and no others.
 *
 * @param what the object with an article, for faults
 * @param must the fault of a value that is not an object
 */
export function keyed<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape, must = `must be ${what}`) {
	const keys = Object.keys(shape);
	return z.strictObject(shape, {
		error: (issue) =>
			issue.code === 'unrecognized_keys'
				? // One line for each key: `faultsOf` divides them.
					issue.keys.map((key) => unknownWord(key, `a key of ${what}`, keys)).join('\n')
				: must,
	});
}

/** An object with at least one of its keys. */
export function keyedNonEmpty<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) {
	return keyed(what, shape)
		.check(({ value, issues }) => {
			// A key that is misspelt is a fault of its own.
			if (issues.length > 0 || Object.keys(value).length > 0) return;
			const message = `needs at least one key: ${Object.keys(shape).join(', ')}`;
			issues.push({ code: 'custom', message, input: value });
		})
		.meta({ minProperties: 1 });
}

/** A text of a length from 1, without control characters. */
export const text = (lengthMax: number, lengthMin = 1) =>
	z
		.string({ error: 'must be a text' })
		.min(lengthMin, { error: 'must not be empty' })
		.max(lengthMax, { error: `must have at most ${lengthMax} characters` })
		.refine((value) => !/[\p{Cc}\p{Surrogate}]/u.test(value), {
			error: 'must have no control characters and no half of a surrogate pair',
		});

/** A list from one item. */
export const list = <Item extends z.ZodType>(item: Item, what: string, lengthMax: number) =>
	z
		.array(item, { error: `must be a list of ${what}` })
		.min(1, { error: `must have at least one of its ${what}` })
		.max(lengthMax, { error: `must have at most ${lengthMax} ${what}` });

/** One of some words. */
export const word = <const Words extends readonly [string, ...string[]]>(words: Words, what: string) =>
	z.enum(words, {
		error: ({ input }) =>
			typeof input === 'string' ? unknownWord(input, what, words) : `must be one of ${words.join(', ')}`,
	});

/** A value of one of several types of JSON, by which `faultsOf` finds the alternative that was meant. */
export const either = <const Types extends readonly [z.ZodType, ...z.ZodType[]]>(what: string, types: Types) =>
	z.union(types, { error: `must be ${what}` });
