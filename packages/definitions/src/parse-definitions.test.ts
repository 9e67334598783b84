import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conditionJson, defaultDefinitions, matches, parseDefinitions } from './index.js';
import { arbitraryCondition, arbitraryEvent, largestFile } from './testing/index.js';

const linesOf = (text: string) => {
	const parsed = parseDefinitions(text, 'footfall/definitions.json');
	return 'faults' in parsed
		? parsed.faults.map(({ file, line, column, words }) => `${file}:${line}:${column}: ${words}`)
		: [];
};
const wordsOf = (text: string) => linesOf(text).map((line) => line.split(': ').slice(1).join(': '));
/** The faults of a goal with a condition. */
const conditionFaults = (condition: unknown) => wordsOf(JSON.stringify({ goals: { a: { when: condition } } }));

const example = `// What the shop counts.
{
	"$schema": "./definitions.schema.json",
	"goals": {
		"signup": {
			"when": { "event": "signup", "properties": { "plan": ["pro", "team"], "seats": { "atLeast": 5 } } },
			"value": { "property": "price" },
		},
		"big_order": { "title": "Big", "when": { "event": "order", "amount": { "greater": 100 } }, "value": "amount", "sites": ["shop"] },
	},
	"funnels": {
		"trial": { "within": "14d", "steps": [{ "when": { "page": "/pricing" } }, "signup", { "title": "Paid", "goal": "big_order" }] },
	},
	"experiments": { "price": { "key": "new-price", "goal": "signup" } },
}`;

describe('parseDefinitions', () => {
	it('reads goals, funnels and experiments, with comments and trailing commas', () => {
		const signup = {
			kind: 'and',
			conditions: [
				{ kind: 'event', is: { op: 'equal', texts: ['signup'] } },
				{ kind: 'property', property: 'plan', is: { op: 'equal', texts: ['pro', 'team'] } },
				{ kind: 'property', property: 'seats', is: { op: 'atLeast', number: 5 } },
			],
		};
		const bigOrder = {
			kind: 'and',
			conditions: [
				{ kind: 'event', is: { op: 'equal', texts: ['order'] } },
				{ kind: 'amount', is: { op: 'greater', number: 100 } },
			],
		};
		expect(parseDefinitions(example, 'd.json')).toEqual({
			definitions: {
				goals: [
					{
						name: 'signup',
						title: 'Signup',
						when: signup,
						value: { kind: 'property', property: 'price' },
						sites: undefined,
					},
					{ name: 'big_order', title: 'Big', when: bigOrder, value: { kind: 'amount' }, sites: ['shop'] },
				],
				funnels: [
					{
						name: 'trial',
						title: 'Trial',
						windowMs: 14 * 86_400_000,
						steps: [
							{ title: '/pricing', when: { kind: 'page', patterns: ['/pricing'] } },
							{ title: 'Signup', when: signup },
							{ title: 'Paid', when: bigOrder },
						],
						sites: undefined,
					},
				],
				experiments: [{ name: 'price', title: 'Price', key: 'new-price', goal: 'signup', sites: undefined }],
			},
		});
	});

	it('keeps the defaults of the sections that the file does not have', () => {
		expect(parseDefinitions('{}', 'd.json')).toEqual({ definitions: defaultDefinitions });
		expect(parseDefinitions('{"goals": {}, "experiments": {}}', 'd.json')).toEqual({
			definitions: { ...defaultDefinitions, goals: [] },
		});
		const step = '{"funnels": {"f": {"within": "1h", "steps": ["checkout", "order"]}}}';
		expect(parseDefinitions(step, 'd.json')).toMatchObject({
			definitions: {
				goals: defaultDefinitions.goals,
				funnels: [{ steps: defaultDefinitions.goals.map(({ when }) => ({ when })) }],
			},
		});
	});

	it('finds all faults, each with its place and the nearest right word', () => {
		const text = `{
	"gaols": {},
	"goals": {
		"Sign-Up": { "when": { "event": "signup" } },
		"a": { "wen": { "event": "signup" }, "value": "amuont" },
		"b": { "when": { "evnt": "x", "properties": { "plan": { "atleast": 5, "contains": 3 } } } },
		"c": { "when": { "page": "/x", "source": ["pag"] }, "value": { "property": 1 } },
	},
	"funnels": {
		"short": { "within": "91d", "steps": ["a"] },
		"typing": { "within": "1h", "steps": ["a", { "goal": "aa" }, {}, 7] },
	},
	"experiments": { "e": { "goal": "checkout" } },
}`;
		const window = '"within": must be a time from 1 minute to 90 days, such as "30m", "24h" or "7d"';
		expect(linesOf(text)).toEqual(
			[
				'2:2: "gaols" is not a key of the definitions; did you mean "goals"?',
				'4:3: "Sign-Up" is not a name: a lower-case letter, then up to 63 lower-case letters, digits and underscores',
				'5:8: "a": the key "when" is missing: it must be a condition',
				'5:10: "wen" is not a key of a goal; did you mean "when"?',
				'5:49: "value": "amuont" is not a value of a goal; did you mean "amount"?',
				'6:20: "evnt" is not a key of a condition; did you mean "event"?',
				'6:59: "atleast" is not a key of a comparison of a property; did you mean "atLeast"?',
				'6:85: "contains": must be a text',
				'7:45: "source": "pag" is not a source of events; did you mean "page"?',
				'7:78: "property": must be a text',
				`10:24: ${window}`,
				'10:40: "steps": must have at least 2 steps',
				'11:56: "goal": "aa" is not a goal; did you mean "a"?',
				'11:64: "steps": needs either when or goal',
				'11:68: "steps": must be the name of a goal, or an object with when or goal',
				'13:24: "e": the key "key" is missing: it must be a text',
				'13:34: "goal": "checkout" is not a goal; possible: a, b, c',
			].map((line) => `footfall/definitions.json:${line}`),
		);
	});

	it.each([
		['', '1:1: the JSON ends unexpectedly'],
		['[]', '1:1: must be an object with goals, funnels or experiments'],
		['{"goals": []}', '1:11: "goals": must be an object of goals, each by its name'],
		['{"goals": {"a": 1}}', '1:17: "a": must be a goal'],
		['{"goals": {"a": {}, "a": {}}}', '1:21: duplicate key "a"'],
		['{"$schema": 1}', '1:13: "$schema": must be the path or the address of a JSON Schema'],
		[
			'{"goals": {"a": {"title": " \u200b", "when": {"event": "x"}}}}',
			'1:27: "title": must have a character that can be seen',
		],
		['{"goals": {"__proto__": {"when": {"event": "x"}}}}', '1:12: "__proto__" is not possible as a key'],
		[
			'{"goals" {}}',
			'1:10: unexpected "{"; keys and texts stand in double quotation marks, with a comma between two values',
		],
		[`{}${' '.repeat(262_143)}`, '1:1: has more than 262144 characters; shorten it'],
	])('refuses the file %.40j', (text, line) => {
		expect(linesOf(text)).toEqual([`footfall/definitions.json:${line}`]);
	});

	it.each([
		[{}, '"when": needs at least one key, such as event or page: it would hold for every event'],
		['signup', '"when": must be a condition'],
		[{ event: '' }, '"event": must not be empty'],
		[{ event: 'x'.repeat(65) }, '"event": must have at most 64 characters'],
		[{ event: 'a\0' }, '"event": must have no control characters and no half of a surrogate pair'],
		[{ event: '\ud800' }, '"event": must have no control characters and no half of a surrogate pair'],
		[{ event: [] }, '"event": must have at least one of its texts'],
		[{ event: {} }, '"event": needs at least one key: contains, starts, ends'],
		[{ evnt: 'x' }, '"evnt" is not a key of a condition; did you mean "event"?'],
		[{ event: { start: 'x' } }, '"start" is not a key of a comparison of a text; did you mean "starts"?'],
		[{ event: 5 }, '"event": must be a text, a list of texts, or an object with contains, starts or ends'],
		[{ page: 'pricing' }, '"page": must begin with a slash or an asterisk, such as /pricing or **/pricing'],
		[{ page: 'https://shop.example/x' }, '"page": must be a path without the host, such as /pricing'],
		[{ page: '/x?a=b' }, '"page": must be a path, without ? or # and what follows in an address'],
		[
			{ page: '/caf%C3%A9/%2F' },
			'"page": must have characters instead of their escapes, as the marts have them: "/café/%2F"',
		],
		[{ page: `/${'*a'.repeat(11)}` }, '"page": must have at most 10 asterisks'],
		[
			{ page: '/x', event: 'signup' },
			'"page": page alone says that the event is a page view; remove event, or write onPage for other events on the page',
		],
		[
			{ amount: '5' },
			'"amount": must be a number, a list of numbers, or an object with greater, less, atLeast or atMost',
		],
		[{ amount: 0.00001 }, '"amount": must have at most 4 decimal places'],
		[{ amount: { less: 2e12 } }, '"less": must be at most 1000000000000'],
		[{ properties: {} }, '"properties": needs at least one property'],
		[
			{ properties: { a: null } },
			/^"a": must be a text, a number, true, false, a list of these, or an object with contains/,
		],
		[{ properties: { a: { exists: false, less: 3 } } }, /^"a": has exists: false, so that/],
		[{ properties: { __proto__: undefined, a: [{}] } }, '"a": must be a text, a number, true or false'],
		[{ source: 'browser' }, '"source": "browser" is not a source of events; possible: page, server, import'],
		[{ or: [] }, '"or": must have at least one of its conditions'],
		[
			{ or: Array.from({ length: 100 }, () => ({ event: ['a', 'b'] })) },
			'"when": must have at most 100 comparisons, has 200',
		],
	])('refuses the condition %.60j', (condition, words) => {
		expect(conditionFaults(condition)).toEqual([typeof words === 'string' ? words : expect.stringMatching(words)]);
	});

	it('bounds the depth of a condition, the number of names, and the faults', () => {
		const nested = (levels: number): unknown => (levels === 0 ? { event: 'x' } : { not: nested(levels - 1) });
		expect(conditionFaults(nested(8))).toEqual([]);
		expect(conditionFaults(nested(9))).toEqual(['"when": and, or and not are nested more than 8 levels deep']);
		expect(conditionFaults(nested(60))).toHaveLength(1);
		const goals = (n: number) =>
			Object.fromEntries(Array.from({ length: n }, (_, i) => [`g${i}`, { when: { event: 'x' } }]));
		expect(linesOf(JSON.stringify({ goals: goals(100) }))).toEqual([]);
		expect(wordsOf(JSON.stringify({ goals: goals(101) }))).toEqual(['"goals": must have at most 100 goals']);
		expect(linesOf(JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [i, i]))))).toHaveLength(
			100,
		);
	});

	it('bounds the SQL of all conditions, at the part with the most', () => {
		const pages = (i: number) => ({ onPage: `/${i}` });
		expect(linesOf(largestFile(pages))).toEqual([]);
		expect(wordsOf(largestFile(pages, 1))).toEqual([expect.stringMatching(/131073 bytes of SQL, at most 131072/)]);
		// The condition of one goal stands in each step that names it.
		const long = { or: Array.from({ length: 100 }, (_, i) => ({ properties: { [`key_${i}`]: { atLeast: i } } })) };
		const steps = Array.from({ length: 12 }, () => 'a');
		const text = JSON.stringify({ goals: { a: { when: long } }, funnels: { f: { within: '1h', steps } } }, null, '\t');
		const line = text.split('\n').findIndex((one) => one.includes('"f": {')) + 1;
		expect(linesOf(text)).toEqual([
			expect.stringMatching(
				new RegExp(
					`^footfall/definitions.json:${line}:3: the conditions .* most of them, \\d+, are of "f": give it fewer`,
				),
			),
		]);
		const sites = Array.from({ length: 100 }, (_, i) => `site_${i}`.padEnd(64, 'x'));
		const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`g${i}`, { when: { event: 'x' }, sites }]));
		expect(wordsOf(JSON.stringify({ goals: many }))).toEqual([expect.stringMatching(/bytes of SQL/)]);
	});

	it('answers with definitions or faults for any text', () => {
		const json = fc.json({ maxDepth: 6 });
		const near = fc
			.tuple(fc.nat(example.length), fc.nat(4), fc.constantFrom('', '"', '{', '}', ',', '0', 'a', '['))
			.map(([at, gone, put]) => example.slice(0, at) + put + example.slice(at + gone));
		fc.assert(
			fc.property(
				fc.oneof(
					json,
					near,
					json.map((text) => `{"goals": {"a": {"when": ${text}}}}`),
				),
				(text) => {
					const parsed = parseDefinitions(text, 'd.json');
					expect('definitions' in parsed || parsed.faults.length > 0).toBe(true);
				},
			),
			{ numRuns: 500 },
		);
	});

	it('reads the conditions that conditionJson writes', () => {
		let read = 0;
		fc.assert(
			fc.property(arbitraryCondition, fc.array(arbitraryEvent, { minLength: 5, maxLength: 5 }), (condition, events) => {
				const parsed = parseDefinitions(JSON.stringify({ goals: { a: { when: conditionJson(condition) } } }), 'd.json');
				// Some of the conditions have texts and numbers that a file cannot have.
				if ('faults' in parsed) return;
				read++;
				const when = parsed.definitions.goals[0]?.when ?? condition;
				expect(events.map((event) => matches(when, event))).toEqual(events.map((event) => matches(condition, event)));
			}),
			{ numRuns: 1_000 },
		);
		expect(read).toBeGreaterThan(100);
	});
});
