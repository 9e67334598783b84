import { contentCodings, limits, outcomes, type Rejection } from '@footfall/protocol';
import { retryAfterMs } from '../../accept/intake/answer.js';

// A request example and its answer have the same name. A test checks all of them against a collector.

/** An OpenAPI example. */
export interface Example {
	summary: string;
	value: unknown;
}

const view = {
	dt: '2026-01-31T12:00:00.250+01:00',
	name: 'view',
	user_id: 42,
	url: 'https://shop.example/catalog/product/1?utm_source=mail',
	obj: 'page',
	obj_id: 'product',
	product_id: 1,
	exp: { cart_style: 'default' },
};
const click = {
	dt: '2026-01-31 11:00:03',
	name: 'click',
	user_id: 42,
	url: 'https://shop.example/catalog/product/1',
	obj: 'button',
	obj_id: 'add_to_cart',
	product_id: 1,
	amount: 99.95,
	currency: 'EUR',
	event_id: '0192f0c1-2222-7333-8444-555566667777',
};
const order = {
	dt: '2026-01-31 11:05:00',
	name: 'order',
	user_id: 42,
	url: 'https://shop.example/cart/checkout',
	obj: '',
	order_id: '2026-1001',
	amount: 119.95,
	currency: 'EUR',
	tax: 19.15,
	shipping: 4.9,
	items: [{ product_id: 'SKU-1', name: 'Shoe', price: 115.05, quantity: 1 }],
};
const orderOfNobody = {
	dt: '2026-01-31 11:05:00',
	name: 'order',
	url: 'https://shop.example/till/3',
	obj: '',
	order_id: '2026-1003',
	amount: 12.5,
	currency: 'EUR',
};
const purchase = {
	dt: '2026-01-31 11:05:00',
	name: 'purchase',
	user_id: 42,
	url: 'https://shop.example/cart/checkout',
	obj: '',
	transaction_id: '2026-1002',
	value: 115.05,
	currency: 'EUR',
	items: [{ item_id: 'SKU-1', item_name: 'Shoe', price: 115.05, quantity: 1 }],
};
const wrong = { ...click, user_id: -1 };
const lines = (...values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** JSON bodies by name. */
export const jsonRequests = {
	oneEvent: { summary: 'One event', value: view },
	oneOrder: { summary: 'An order', value: order },
	oneOrderOfNobody: { summary: 'An order of nobody: a server sold to a guest, or at a till', value: orderOfNobody },
	onePurchase: { summary: 'An order as Google Analytics 4 names it', value: purchase },
	oneUnknown: { summary: 'One event with a field that does not exist', value: { ...view, colour: 'red' } },
	oneKeyed: { summary: 'One event with a field that needs a write key', value: { ...view, visitor_id: 7 } },
	oneWrong: { summary: 'One event with an invalid field', value: wrong },
	unknownSite: { summary: 'One event of a site that is not configured', value: { ...view, site: 'nowhere' } },
	arrayGood: { summary: 'An array', value: [view, click] },
	arraySome: { summary: 'An array with an invalid event', value: [view, wrong, click] },
	arrayNone: { summary: 'An array without a valid event', value: [wrong] },
	arrayEmpty: { summary: 'An array without any event', value: [] },
} satisfies Record<string, Example>;

/** NDJSON bodies by name. */
export const ndjsonRequests = {
	linesGood: { summary: 'Two events', value: lines(view, click) },
	linesSome: { summary: 'A line that is not JSON among others', value: `${lines(view)}{"dt":\n${lines(click)}` },
	linesNone: { summary: 'No line that is JSON', value: 'dt,name\n2026-01-31,view\n' },
} satisfies Record<string, Example>;

const userFault = { field: 'user_id', message: 'Too small: expected number to be >=0' };
const lineFault = { field: '', message: 'the line is not JSON' };

const report = (outcome: string, stored: number, errors: object[]) => ({
	outcome,
	stored,
	rejected: errors.length,
	errors,
	errorsOmitted: 0,
});

const problem = (outcome: Rejection, field: string, message: string) => ({
	type: 'about:blank',
	title: outcomes[outcome].meaning,
	status: outcomes[outcome].status,
	detail: field === '' ? message : `${field}: ${message}`,
	outcome,
	errors: [{ field, message }],
});

/**
 * Answers to bodies, by the name of the body. Answers without such a body occur under the conditions in their summary.
 */
export const eventAnswers = {
	oneEvent: { summary: 'One event', value: { outcome: 'stored', events: 1 } },
	oneOrder: { summary: 'An order', value: { outcome: 'stored', events: 1 } },
	oneOrderOfNobody: {
		summary: 'An order of nobody: a server sold to a guest, or at a till',
		value: { outcome: 'stored', events: 1 },
	},
	onePurchase: {
		summary: 'An order as Google Analytics 4 names it',
		value: { outcome: 'stored', events: 1 },
	},
	oneKeyed: {
		summary: 'One event with a field that needs a write key',
		value: {
			outcome: 'stored',
			events: 1,
			unknownFields: ['visitor_id'],
			notice: 'Only a server with a write key of the site may set visitor_id.',
		},
	},
	oneUnknown: {
		summary: 'One event with a field that does not exist',
		value: { outcome: 'stored', events: 1, unknownFields: ['colour'] },
	},
	arrayGood: { summary: 'An array', value: report('stored', 2, []) },
	linesGood: { summary: 'NDJSON', value: report('stored', 2, []) },
	arraySome: {
		summary: 'An array with an invalid event',
		value: report('partly-stored', 2, [{ index: 1, outcome: 'invalid', errors: [userFault] }]),
	},
	linesSome: {
		summary: 'NDJSON with a line that is not JSON',
		value: report('partly-stored', 2, [{ index: 1, line: 2, outcome: 'malformed', errors: [lineFault] }]),
	},
	arrayNone: {
		summary: 'An array without a valid event',
		value: report('none-stored', 0, [{ index: 0, outcome: 'invalid', errors: [userFault] }]),
	},
	linesNone: { summary: 'No line that is JSON', value: problem('malformed', '', 'the body is not JSON') },
	oneWrong: {
		summary: 'One event with an invalid field',
		value: problem('invalid', userFault.field, userFault.message),
	},
	arrayEmpty: { summary: 'An array without any event', value: problem('invalid', '', 'the body contains no event') },
	unknownSite: {
		summary: 'A site that is not configured',
		value: problem('unknown-site', 'site', outcomes['unknown-site'].meaning),
	},
	originNotAllowed: {
		summary: 'A page on an origin that the site does not list',
		value: problem('origin-not-allowed', 'Origin', outcomes['origin-not-allowed'].meaning),
	},
	wrongKey: {
		summary: 'A write key that no site has',
		value: problem('unauthorized', 'Authorization', 'the write key is not one of this collector'),
	},
	tooManyEvents: {
		summary: 'Too many events',
		value: problem('limit-exceeded', '', `at most ${limits.jsonEventsMax} events are allowed in a body`),
	},
	tooLarge: {
		summary: 'Too many bytes',
		value: problem('too-large', '', `at most ${limits.jsonBodyBytesMax} bytes are allowed`),
	},
	unsupportedEncoding: {
		summary: 'A body with a Content-Encoding that is not read',
		value: problem(
			'unsupported-encoding',
			'Content-Encoding',
			`compress the body with one of ${contentCodings.join(', ')}, or not at all`,
		),
	},
	retryLater: {
		summary: 'The write-ahead log of the collector is full',
		value: { outcome: 'retry-later', events: 0, retryAfterMs: retryAfterMs.full },
	},
} satisfies Record<string, Example>;
