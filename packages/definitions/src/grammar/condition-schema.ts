import { z } from 'zod';
import { amountScale, numberMax, propertyScale } from '../conditions/comparable.js';
import { sources } from '../conditions/condition.js';
import { definitionLimits } from './limits.js';
import { either, keyed, keyedNonEmpty, list, text, word } from './schema-parts.js';

const { asterisksMax, comparisonsMax, depthMax, listMax, nameLengthMax, patternLengthMax, textLengthMax } =
	definitionLimits;

const partsOfText = {
	contains: text(textLengthMax).optional().meta({ description: 'The text has this one in it.' }),
	starts: text(textLengthMax).optional().meta({ description: 'The text begins with this one.' }),
	ends: text(textLengthMax).optional().meta({ description: 'The text ends with this one.' }),
};

const textTest = (lengthMax: number) =>
	either('a text, a list of texts, or an object with contains, starts or ends', [
		text(lengthMax),
		list(text(lengthMax), 'texts', listMax),
		keyedNonEmpty('a comparison of a text', partsOfText),
	]);

const number = (scale: number) =>
	z
		.number({ error: 'must be a number' })
		.min(-numberMax, { error: `must be at least ${-numberMax}` })
		.max(numberMax, { error: `must be at most ${numberMax}` })
		.refine((value) => Number(value.toFixed(scale)) === value, {
			error: `must have at most ${scale} decimal places`,
		});

const partsOfNumber = (scale: number) => ({
	greater: number(scale).optional().meta({ description: 'The number is greater than this one.' }),
	less: number(scale).optional().meta({ description: 'The number is less than this one.' }),
	atLeast: number(scale).optional().meta({ description: 'The number is this one or greater.' }),
	atMost: number(scale).optional().meta({ description: 'The number is this one or less.' }),
});

const numberTest = either('a number, a list of numbers, or an object with greater, less, atLeast or atMost', [
	number(amountScale),
	list(number(amountScale), 'numbers', listMax),
	keyedNonEmpty('a comparison of a number', partsOfNumber(amountScale)),
]);

const propertyText = text(textLengthMax, 0);
const truth = z.boolean({ error: 'must be true or false' });
const propertyTest = either(
	'a text, a number, true, false, a list of these, or an object with contains, starts, ends, greater, less, atLeast, atMost or exists',
	[
		propertyText,
		number(propertyScale),
		truth,
		list(
			either('a text, a number, true or false', [propertyText, number(propertyScale), truth]),
			'texts, numbers, true or false',
			listMax,
		),
		keyedNonEmpty('a comparison of a property', {
			...partsOfText,
			...partsOfNumber(propertyScale),
			exists: truth.optional().meta({ description: 'Whether the event has the property.' }),
		}).refine((test) => test.exists !== false || Object.keys(test).length === 1, {
			error: 'has exists: false, so that its other comparisons never hold; remove one or the other',
		}),
	],
);

/** The fault of a pattern of paths; undefined for none. */
function patternFault(pattern: string): string | undefined {
	if (/^\w+:\/\//.test(pattern)) return 'must be a path without the host, such as /pricing';
	if (!/^[/*]/.test(pattern)) return 'must begin with a slash or an asterisk, such as /pricing or **/pricing';
	if (/[?#]/.test(pattern)) return 'must be a path, without ? or # and what follows in an address';
	if (pattern.split('*').length - 1 > asterisksMax) return `must have at most ${asterisksMax} asterisks`;
	const decoded = decodedPath(pattern);
	return decoded === undefined
		? undefined
		: `must have characters instead of their escapes, as the marts have them: ${JSON.stringify(decoded)}`;
}

/** The path with its escapes of letters and digits as characters; undefined if it has none. */
function decodedPath(path: string): string | undefined {
	const decoded = path.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
		try {
			const characters = decodeURIComponent(escapes);
			return /^[\p{L}\p{N}]+$/u.test(characters) ? characters : escapes;
		} catch {
			return escapes;
		}
	});
	return decoded === path ? undefined : decoded;
}

const pattern = text(patternLengthMax).superRefine((value, context) => {
	const message = patternFault(value);
	if (message !== undefined) context.addIssue({ code: 'custom', message });
});
const patterns = either('a path such as "/pricing" or "/blog/**", or a list of paths', [
	pattern,
	list(pattern, 'paths', listMax),
]);

const source = word(sources, 'a source of events');

/** A condition as it stands in a file. */
export interface ConditionJson {
	event?: z.output<ReturnType<typeof textTest>> | undefined;
	object?: z.output<ReturnType<typeof textTest>> | undefined;
	objectId?: z.output<ReturnType<typeof textTest>> | undefined;
	page?: z.output<typeof patterns> | undefined;
	onPage?: z.output<typeof patterns> | undefined;
	properties?: Record<string, z.output<typeof propertyTest>> | undefined;
	amount?: z.output<typeof numberTest> | undefined;
	source?: z.output<typeof sourceTest> | undefined;
	and?: ConditionJson[] | undefined;
	or?: ConditionJson[] | undefined;
	not?: ConditionJson | undefined;
}
export type TextJson = NonNullable<ConditionJson['event']>;
export type NumberJson = NonNullable<ConditionJson['amount']>;
export type PropertyJson = z.output<typeof propertyTest>;

const sourceTest = either(`one of ${sources.join(', ')}, or a list of these`, [
	source,
	list(source, 'sources', sources.length),
]);
type Inner = z.ZodType<ConditionJson>;

/** A part of a condition: one that stands within another, or the whole of it. */
const conditionPart: Inner = keyed('a condition', {
	event: textTest(nameLengthMax)
		.optional()
		.meta({ description: 'Name of the event: view, click, or the name passed to track().' }),
	object: textTest(nameLengthMax).optional().meta({ description: 'Kind of the object: page, button, url, …' }),
	objectId: textTest(textLengthMax)
		.optional()
		.meta({ description: 'Id of the object: the kind of the page, the id of the button, …' }),
	page: patterns.optional().meta({
		description:
			'The event is a page view of this path. * stands for any characters within a part of the path, ** for any characters.',
	}),
	onPage: patterns.optional().meta({ description: 'Any event on a page with this path.' }),
	properties: z
		.record(text(nameLengthMax), propertyTest, { error: 'must be an object of properties' })
		.refine((value) => Object.keys(value).length > 0, { error: 'needs at least one property' })
		.meta({ minProperties: 1 })
		.optional()
		.meta({ description: 'Properties passed to track(), each with its value or a comparison.' }),
	amount: numberTest.optional().meta({ description: 'Amount of the event, in its currency.' }),
	source: sourceTest.optional().meta({ description: 'Sender of the event.' }),
	get and(): z.ZodOptional<z.ZodArray<Inner>> {
		return list(conditionPart, 'conditions', listMax).optional().meta({ description: 'All of these hold.' });
	},
	get or(): z.ZodOptional<z.ZodArray<Inner>> {
		return list(conditionPart, 'conditions', listMax).optional().meta({ description: 'At least one of these holds.' });
	},
	get not(): z.ZodOptional<Inner> {
		return conditionPart.optional().meta({ description: 'This does not hold.' });
	},
})
	.superRefine((value, context) => {
		const hasUnknownKeys = context.issues.length > 0;
		if (!hasUnknownKeys && Object.keys(value).length === 0)
			context.addIssue({
				code: 'custom',
				message: 'needs at least one key, such as event or page: it would hold for every event',
			});
		for (const key of ['event', 'object'])
			if ('page' in value && key in value)
				context.addIssue({
					code: 'custom',
					path: ['page'],
					message: `page alone says that the event is a page view; remove ${key}, or write onPage for other events on the page`,
				});
	})
	.meta({ id: 'condition', minProperties: 1, description: 'A condition on an event. All keys must hold.' });

/** The whole condition of a goal or a step. */
export const conditionSchema: Inner = conditionPart.superRefine((value, context) => {
	const { depth, comparisons } = sizeOf(value);
	if (depth > depthMax)
		context.addIssue({ code: 'custom', message: `and, or and not are nested more than ${depthMax} levels deep` });
	if (comparisons > comparisonsMax)
		context.addIssue({
			code: 'custom',
			message: `must have at most ${comparisonsMax} comparisons, has ${comparisons}`,
		});
});

/** The levels of a condition, and its comparisons; every value of a list is one. Pure. */
function sizeOf(condition: ConditionJson): { depth: number; comparisons: number } {
	const { and = [], or = [], not, properties = {}, ...tests } = condition;
	const inner = [...and, ...or, ...(not === undefined ? [] : [not])].map(sizeOf);
	const own = [...Object.values(tests), ...Object.values(properties)].map((test) =>
		typeof test === 'object' ? Object.keys(test).length : 1,
	);
	return {
		depth: inner.length === 0 ? 0 : 1 + Math.max(...inner.map(({ depth }) => depth)),
		comparisons: [...own, ...inner.map(({ comparisons }) => comparisons)].reduce((sum, n) => sum + n, 0),
	};
}
