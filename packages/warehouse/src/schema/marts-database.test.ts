import { describe, expect, it } from 'vitest';
import { martsDatabaseOf, type PresentTable, planMarts } from './marts-database.js';

const hash = '0123456789abcdef';
const view = (name: string, comment = `Words. (definition ${hash})`, database = 'footfall'): PresentTable => ({
	...{ database, name, comment },
	engine: 'View',
});
const shown = (name: string, comment?: string) => view(name, comment, 'footfall_marts');
const isMart = ({ name }: { name: string }) => ['sessions', 'funnel'].includes(name);
const exists: PresentTable = { database: '', name: 'footfall_marts', engine: 'Atomic', comment: '' };
const plan = (...present: PresentTable[]) => planMarts([exists, ...present], 'footfall', isMart);
/** The view of events as a first plan makes it. */
const events = () => {
	const first = plan();
	return shown('events', first.ok ? first.plan.made[0]?.comment : '');
};

describe('the marts database', () => {
	it('is beside the database', () => {
		expect(martsDatabaseOf('footfall')).toBe('footfall_marts');
	});

	it('gets the marts and at last events, and no other view', () => {
		expect(plan(view('sessions'), view('int_visits'), view('funnel'))).toEqual({
			ok: true,
			plan: {
				made: [
					{ name: 'sessions', comment: `Words. (definition ${hash})` },
					{ name: 'funnel', comment: `Words. (definition ${hash})` },
					{ name: 'events', comment: expect.stringMatching(/ \(definition [0-9a-f]{16}\)$/) },
				],
				dropped: [],
			},
		});
	});

	it('is left as it is while its comments are those of the database', () => {
		expect(plan(view('sessions'), shown('sessions'), events())).toEqual({ ok: true, plan: { made: [], dropped: [] } });
	});

	it('gets a view again that differs, and loses one that the database no longer has', () => {
		const changed = view('sessions', 'Words. (definition aaaaaaaaaaaaaaaa)');
		expect(plan(changed, shown('sessions'), shown('funnel'), shown('mine', 'of a person'), events())).toEqual({
			ok: true,
			plan: { made: [{ name: 'sessions', comment: changed.comment }], dropped: ['funnel'] },
		});
		const own = `Words. (own definition ${hash} aaaaaaaaaaaaaaaa)`;
		expect(plan(shown('plans', own), events())).toMatchObject({ plan: { dropped: ['plans'] } });
	});

	it('is left alone where it is missing', () => {
		expect(planMarts([view('sessions')], 'footfall', isMart)).toEqual({ ok: true, plan: { made: [], dropped: [] } });
	});

	it('waits until the views of an earlier version have been replaced', () => {
		expect(plan(view('sessions', hash), view('funnel'))).toEqual({ ok: true, plan: { made: [], dropped: [] } });
	});

	it('is not changed where another table has the name of a view', () => {
		const fault = expect.stringContaining('has a table "events" that Footfall has not made');
		expect(plan(view('sessions'), { ...events(), engine: 'MergeTree' })).toEqual({ ok: false, fault });
		expect(plan(view('sessions'), shown('events', 'of a person'))).toEqual({ ok: false, fault });
	});
});
