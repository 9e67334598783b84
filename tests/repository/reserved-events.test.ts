import { readFileSync } from 'node:fs';
import { reservedEvents } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { noOrder } from '../../packages/transforms/src/testing/raw-events.js';
import { type Receipt, recountSessions } from '../../packages/transforms/src/testing/recount.js';

const model = readFileSync(
	new URL('../../packages/transforms/models/1_staging/stg_events.sql', import.meta.url),
	'utf8',
);
const names = Object.keys(reservedEvents);
const passive = names.filter((name) => reservedEvents[name as keyof typeof reservedEvents].passive);

/** Returns the words of a text that are names of reserved events. */
const namesIn = (text: string) =>
	[...text.matchAll(/\w+/g)].map(([word]) => word).filter((word) => names.includes(word));

const receipt: Receipt = {
	site: 'shop',
	visitor: 1,
	id: 'a',
	tsMs: 1_764_000_000_000,
	receivedMs: 1_764_000_000_000,
	name: 'view',
	obj: 'page',
	objId: '',
	cents: 0,
	host: 'shop.example',
	path: '/',
	urlQuery: '',
	userId: '',
	referrer: '',
	browser: '',
	os: '',
	device: '',
	country: '',
	isBot: false,
	source: 'page',
	productId: '',
	value: 0,
	exp: {},
	...noOrder,
};

describe('the reserved event names of the protocol', () => {
	it('are the passive ones of stg_events.sql, in its expression and in the description of its column', () => {
		const expression = model.match(/name IN \(([^)]*)\) AS is_passive/)?.[1] ?? '';
		expect(new Set(expression.match(/\w+/g))).toEqual(new Set(passive));
		const description = model.match(/@column is_passive [^:]*: (.*)/)?.[1] ?? '';
		expect(new Set(namesIn(description))).toEqual(new Set(passive));
	});

	it.each([...names, 'signup'])(
		'make a session of one page view and one %s a bounce in the recount if passive',
		(name) => {
			const [session] = recountSessions([receipt, { ...receipt, id: 'b', name, obj: '' }]);
			expect(session?.is_bounce).toBe(passive.includes(name));
		},
	);
});
