import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.js';

const keys = fc.integer({ min: 0, max: 12 });
const commands = fc.array(fc.record({ key: keys, how: fc.constantFrom('set', 'set', 'set', 'delete') }), {
	maxLength: 200,
});

it('a bounded map removes the entry that was set longest ago, whichever entries are set again or deleted', () =>
	fc.assert(
		fc.property(commands, fc.integer({ min: 1, max: 8 }), (list, entriesMax) => {
			const map = new BoundedMap<number, number>(entriesMax);
			let model: [number, number][] = [];
			for (const [value, { key, how }] of list.entries()) {
				model = model.filter(([other]) => other !== key);
				if (how === 'delete') {
					map.delete(key);
				} else {
					map.set(key, value);
					model = [...model, [key, value] as [number, number]].slice(-entriesMax);
				}
				for (let each = 0; each <= 12; each++) expect(map.get(each)).toBe(new Map(model).get(each));
			}
		}),
	));
