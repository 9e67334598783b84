import fc from 'fast-check';
import {
	type Condition,
	type ConditionEvent,
	type NumberComparison,
	type PropertyComparison,
	sources,
	type TextComparison,
} from '../conditions/condition.js';

/** Texts that would end an SQL literal, or that something on the way to ClickHouse would replace. */
export const hostileTexts: readonly string[] = [
	...["'", "''", "\\'", '\\', '\\\\', '"', '`', '\0', 'a\0b', '\n', '\r\n\t', '\b', '\\N', '\\x41', '\u2028', '\ufeff'],
	...[
		'{{events}}',
		'{{ref(x)}}',
		'{{wanted}}',
		'{name:String}',
		'{',
		'}}',
		'$1',
		'$&',
		'%s',
		'?',
		'-- x',
		'/* x',
		'*/',
		'#',
	],
	...["') OR 1=1 --", "\\') OR (1=1", 'é', 'e\u0301', '💣', '\ud83d', '\udca3x', '\ufffd', '%27', '\u202e'],
];

const words = ['view', 'click', 'signup', 'page', 'button', 'product', 'Sign', 'up', 'a', 'A', 'x'.repeat(250)];
const word = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom(...words) },
	{ weight: 2, arbitrary: fc.constantFrom(...hostileTexts) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
	{
		weight: 1,
		arbitrary: fc.tuple(fc.constantFrom(...words), fc.constantFrom('', '💣', 'z')).map((parts) => parts.join('')),
	},
);

const paths = [
	'',
	'/',
	'/a',
	'/a/',
	'/a/b',
	'/a/b/c',
	'/ab',
	'/blog/2026/x.html',
	'/blog/',
	'/café',
	'/a b',
	'/a.b',
	'/a-b',
];
const path = fc.oneof(
	fc.constantFrom(...paths, `/${'x'.repeat(499)}`, `/${'x'.repeat(520)}`),
	fc.array(fc.constantFrom('/', 'a', 'b', '.', 'é'), { maxLength: 8 }).map((parts) => `/${parts.join('')}`),
);
const pattern = fc.oneof(
	path,
	fc
		.array(fc.constantFrom('/', 'a', 'b', '.', 'é', '*', '**', '+', '$', '\\', '('), { maxLength: 8 })
		.map((parts) => parts.join('')),
	fc.constantFrom('**', '/**', '/*', '/a/*', '/a/**', '/**/b', '**/*.html', '/blog/*/x.html', `/${'x'.repeat(499)}*`),
);

const numbers = [0, 1, 5, -5, 0.5, 19.99, 1_000_000_000, 0.000001, -0.000001, 1e12, 123_456.789, 0.3, 0.1 + 0.2];
const number = fc.oneof(
	fc.constantFrom(...numbers),
	fc.integer({ min: -20, max: 20 }),
	fc.double({ min: -1e12, max: 1e12, noNaN: true }),
);
/** Texts that are numbers, and texts that are nearly numbers. */
const numberText = fc.oneof(
	number.map(String),
	number.map((value) => value.toFixed(2)),
	fc.constantFrom(
		'5.0',
		'+5',
		'-0',
		'00005',
		'5.',
		'.5',
		' 5',
		'5 ',
		'1e3',
		'1e-7',
		'nan',
		'inf',
		'-',
		'+',
		'',
		'0x10',
		'1_000',
		'5\n',
	),
	fc.constantFrom(
		'0.1234567',
		'-0.1234567',
		'0.9999999',
		'9'.repeat(21),
		'9'.repeat(22),
		`${'9'.repeat(21)}.${'9'.repeat(30)}`,
	),
	fc.constantFrom(`0.${'3'.repeat(31)}`, '5\0', '٥', '1,5'),
);

const keys = ['plan', 'seats', 'a', '', ...hostileTexts.filter((text) => !/\p{Surrogate}/u.test(text))];
const key = fc.constantFrom(...keys.slice(0, 8), ...keys);
const props = fc
	.array(fc.tuple(key, fc.oneof(word, numberText)), { maxLength: 6 })
	.map((entries) => Object.fromEntries(entries) as Record<string, string>);

/** Events that the conditions of `arbitraryCondition` often hold for. */
export const arbitraryEvent: fc.Arbitrary<ConditionEvent> = fc.record({
	name: word,
	obj: word,
	obj_id: word,
	path,
	props,
	amount: fc.oneof(
		fc.constantFrom(
			0,
			5,
			0.5,
			19.99,
			0.0001,
			999_999_999.9999,
			1_000_000_000,
			1_000_000_000.0001,
			5_000_000_000,
			-1e13,
		),
		fc.integer({ min: -200_000, max: 200_000 }).map((units) => units / 10_000),
	),
	source: fc.constantFrom(...sources),
});

const listOf = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { minLength: 1, maxLength: 3 });
const textComparison: fc.Arbitrary<TextComparison> = fc.oneof(
	fc.record({ op: fc.constant('equal' as const), texts: listOf(word) }),
	fc.record({ op: fc.constantFrom('contains', 'starts', 'ends'), text: word }),
);
const numberComparison: fc.Arbitrary<NumberComparison> = fc.oneof(
	fc.record({ op: fc.constant('equalNumber' as const), numbers: listOf(number) }),
	fc.record({ op: fc.constantFrom('greater', 'less', 'atLeast', 'atMost'), number }),
);
const propertyComparison: fc.Arbitrary<PropertyComparison> = fc.oneof(
	textComparison,
	numberComparison,
	fc.record({ op: fc.constant('exists' as const), exists: fc.boolean() }),
);

/** Conditions of every kind, most of which hold for some of the events of `arbitraryEvent`. */
export const arbitraryCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
	condition: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		fc.record({ kind: fc.constantFrom('event', 'object', 'objectId'), is: textComparison }),
		fc.record({ kind: fc.constantFrom('page', 'onPage'), patterns: listOf(pattern) }),
		fc.record({ kind: fc.constant('property' as const), property: key, is: propertyComparison }),
		fc.record({ kind: fc.constant('amount' as const), is: numberComparison }),
		fc.record({ kind: fc.constant('source' as const), sources: listOf(fc.constantFrom(...sources)) }),
		fc.record({ kind: fc.constantFrom('and', 'or'), conditions: fc.array(tie('condition'), { maxLength: 3 }) }),
		fc.record({ kind: fc.constant('not' as const), condition: tie('condition') }),
	),
})).condition;
