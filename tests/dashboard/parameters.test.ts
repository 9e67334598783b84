import { choiceNames, filterNames, viewNames } from '@footfall/dashboard/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type DashboardUnderTest, startDashboardUnderTest } from './support/dashboard-under-test.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

let test: DashboardUnderTest;
beforeAll(async () => {
	test = await startDashboardUnderTest();
});
afterAll(() => test.stop());

async function ask(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
	const response = await fetch(`${test.dashboard.url}${path}`, { headers: test.headers });
	const text = await response.text();
	return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

describe.each(viewNames)('days of %s', (view) => {
	it.each([
		'0000-01-01',
		'0001-01-01',
		'1969-12-31',
		'2149-06-07',
		'2150-01-01',
		'9999-12-31',
		'2026-02-30',
		'2025-02-29',
		'2026-13-01',
		'2026-00-10',
		'2026-01-00',
		'-0001-01-01',
		'-2026-01-01',
		'12026-01-01',
		'+002026-01-01',
		'26-01-01',
		'2026-1-1',
		'2026-01-01T00:00:00Z',
		'2026-01-01 00:00:00',
		' 2026-01-01',
		'2026-01-01 ',
		'2026-01-01\n',
		'2026-01-01\0',
		'20260101',
		'2026/01/01',
		'٢٠٢٦-٠١-٠١',
		'２０２６-０１-０１',
		'2026−01−01',
		'today',
		'0',
		'1767225600',
		'NaN',
		'null',
		'',
		"2026-01-01' OR 1",
		'2026-01-01'.repeat(500),
	])('like %j are refused with an explanation, as from and as to', async (day) => {
		for (const name of ['from', 'to']) {
			const days = { from: '2026-01-01', to: '2026-01-02', [name]: day };
			const { status, body } = await ask(`/api/${view}?${new URLSearchParams({ site: 'shop', ...days })}`);
			expect(status).toBe(400);
			expect(body.error).toContain(`"${name}" must be a day`);
		}
	});

	it.each([
		['1970-01-01', '1970-01-01'],
		['1970-01-01', '1972-12-31'],
		['2149-06-06', '2149-06-06'],
		['2147-01-01', '2149-06-06'],
	])('from %s to %s are answered without rows', async (from, to) => {
		const { status, body } = await ask(`/api/${view}?site=empty&from=${from}&to=${to}`);
		expect(status).toBe(200);
		expect(body).toHaveProperty('rows');
	});

	it.each([
		['2026-01-02', '2026-01-01', 'after'],
		['2020-01-01', '2026-01-01', '1100 days'],
		['1970-01-01', '2149-06-06', '1100 days'],
	])('from %s to %s are refused with an explanation', async (from, to, word) => {
		const { status, body } = await ask(`/api/${view}?site=shop&from=${from}&to=${to}`);
		expect(status).toBe(400);
		expect(body.error).toContain(word);
	});
});

/** Parts of a query, already encoded. */
const hostileValue = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 60 }).map((text) => encodeURIComponent(text.toWellFormed())),
	fc.string({ unit: 'grapheme', maxLength: 400 }).map(encodeURIComponent),
	fc.constantFrom(
		...['%', '%0', '%zz', '%00', '%ff', '%C3%28', '%ED%A0%80', '%u0041', '+', '%2B', '%5C', '%27', '%22', '%60'],
		...['%09', '%0A', '%0D%0A', '%5CN', 'NULL', 'nan', 'inf', '%7Bsite:String%7D', '%EF%BB%BF', '%E2%80%AE'],
		...['page:', 'event:%27', 'page:%00', 'event:%5C', 'page:%7Bsite:String%7D'],
		...['2026-01-01', '1970-01-01', '2149-06-06', '0000-01-01', '-1', '1e999', '18446744073709551616', 'true'],
	),
	fc.integer({ min: 1, max: 2_000 }).map((length) => 'x'.repeat(length)),
);
const parameter = fc.tuple(
	fc.oneof(
		{ weight: 8, arbitrary: fc.constantFrom('site', 'from', 'to', ...choiceNames, ...filterNames) },
		{
			weight: 1,
			arbitrary: fc.constantFrom('__proto__', 'constructor', 'sql', 'site%00', 'SITE', 'from%5B%5D', 'param_site', ''),
		},
	),
	hostileValue,
);
const query = fc.record({
	view: fc.constantFrom(...viewNames),
	valid: fc.uniqueArray(fc.constantFrom('site=shop', 'from=2026-01-01', 'to=2026-01-31'), { minLength: 2 }),
	parameters: fc.array(parameter, { maxLength: 4 }),
});

describe('a view', () => {
	it('answers any query with rows, or with 400, 404 or 431', async () => {
		await fc.assert(
			fc.asyncProperty(query, async ({ view, valid, parameters }) => {
				const text = [...valid, ...parameters.map(([name, value]) => `${name}=${value}`)].join('&');
				const { status, body } = await ask(`/api/${view}?${text}`);
				expect([200, 400, 404, 431]).toContain(status);
				if (status === 200) expect(body).toHaveProperty('rows');
				if (status === 400 || status === 404) expect(body.error).toEqual(expect.any(String));
			}),
			{ numRuns: isThorough ? 2_000 : 150 },
		);
		expect(test.complaints).toEqual([]);
	});

	it.each(isThorough ? viewNames : viewNames.slice(0, 1))(
		'%s treats every value of every filter as text',
		async (view) => {
			const values = ['\0', '\\', '\\0', "'", '"', '`', '\n', '\t', '\r', '\\N', '\\x', '{site:String}', '%', '‮', '�'];
			const queryOf = (value: string) =>
				new URLSearchParams({
					...{ site: 'shop', from: '2026-01-01', to: '2026-01-31' },
					...Object.fromEntries(filterNames.map((name) => [name, value])),
				});
			const answers = await Promise.all(values.map((value) => ask(`/api/${view}?${queryOf(`${value}.`)}`)));
			expect(answers.map(({ status }) => status)).toEqual(values.map(() => 200));
			expect(test.complaints).toEqual([]);
		},
	);

	it.each([
		['site', 10_000, 431],
		['site', 65, 400],
		['entry', 501, 400],
		['entry', 7_000, 400],
		['unheard-of', 10, 400],
	])('refuses %s of %d characters', async (name, length, expected) => {
		for (const view of viewNames) {
			const site = name === 'site' ? '' : 'site=shop&';
			const path = `/api/${view}?${site}from=2026-01-01&to=2026-01-02&${name}=${'x'.repeat(length)}`;
			expect((await ask(path)).status).toBe(expected);
		}
	});

	it('refuses a site that is neither configured nor has events with 404, and names the known ones', async () => {
		const { status, body } = await ask('/api/pages?site=nowhere%22&from=2026-01-01&to=2026-01-02');
		expect(status).toBe(404);
		expect(body.error).toBe(
			'The site "nowhere\\"" is not known: it is not one of --sites and has no events. Known sites: shop, blog, empty.',
		);
		expect((await ask('/api/live?site=nowhere&from=2026-01-01&to=2026-01-02')).status).toBe(404);
	});

	it.each([
		['list=pages&offset=-1', '"offset" must be'],
		['list=pages&offset=99999999', '"offset" must be'],
		['list=nothing', '"list" must be one of pages'],
		['search=x', '"list" must be one of pages'],
		[`list=pages&search=${'x'.repeat(301)}`, '"search" must have'],
		['list=pages&list=pages', '"list" is given twice'],
	])('refuses %s with an explanation', async (parameters, fault) => {
		const { status, body } = await ask(`/api/pages?site=shop&from=2026-01-01&to=2026-01-02&${parameters}`);
		expect(status).toBe(400);
		expect(body.error).toContain(fault);
	});

	it.each(['site', 'from', 'to', ...filterNames])('refuses %s when it is given twice', async (name) => {
		const once = new URLSearchParams({ site: 'shop', from: '2026-01-01', to: '2026-01-02', [name]: '2026-01-01' });
		const { status, body } = await ask(`/api/overview?${once}&${name}=2026-01-01`);
		expect(status).toBe(400);
		expect(body.error).toContain(`"${name}" is given twice`);
	});
});
