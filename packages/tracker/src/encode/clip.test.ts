import { limits } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { clip, clipAmount, clipDeep, clipInteger, detailBytesMax } from './clip.js';

describe('clip', () => {
	it('returns text that fits unchanged, counted in bytes', () => {
		expect(clip('abc', 3)).toBe('abc');
		expect(clip('äöü', 6)).toBe('äöü');
		expect(clip('', 3)).toBe('');
	});

	it('cuts text between characters', () => {
		expect(clip('aäöü', 4)).toBe('aä');
		expect(clip('€€', 5)).toBe('€');
		expect(clip('😀😀', 7)).toBe('😀');
		expect(clip('😀', 3)).toBe('');
	});

	it('counts a lone surrogate as the three bytes that encode it', () => {
		expect(clip('\ud800\ud800', 3)).toBe('\ud800');
		expect(clip('\ud800', 2)).toBe('');
	});

	it('converts values to text, and null and undefined to the empty text', () => {
		expect(clip(12.5, 10)).toBe('12.5');
		expect(clip(true, 10)).toBe('true');
		expect(() => clip(Symbol('x'), 20)).toThrow(TypeError);
		expect(clip(undefined, 10)).toBe('');
		expect(clip(null, 10)).toBe('');
	});
});

describe('clipInteger', () => {
	it('returns integers in range, from numbers and from text', () => {
		expect(clipInteger(7)).toBe(7);
		expect(clipInteger('7')).toBe(7);
		expect(clipInteger(limits.integerMax)).toBe(limits.integerMax);
	});

	it('cuts off fractions, and returns 0 for every other value', () => {
		expect(clipInteger(1.9)).toBe(1);
		const odd = [-1, -0, Number.NaN, Number.POSITIVE_INFINITY, limits.integerMax + 1, 'x', '', null, undefined, {}];
		for (const value of odd) expect(Object.is(clipInteger(value), 0)).toBe(true);
	});
});

describe('clipAmount', () => {
	it('returns amounts in range, and 0 for every other value', () => {
		expect(clipAmount(19.99)).toBe(19.99);
		expect(clipAmount('19.99')).toBe(19.99);
		expect(clipAmount(limits.amountMax)).toBe(limits.amountMax);
		for (const value of [-0.01, limits.amountMax * 1.1, Number.NaN, 'free', undefined])
			expect(clipAmount(value)).toBe(0);
	});
});

describe('clipDeep', () => {
	const entries = (value: unknown) => Object.entries(value as object);

	it('returns at most the allowed entries and lengths of a map of texts', () => {
		const many = Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`k${i}`, 'v'.repeat(2_000)]));
		const clipped = clipDeep(many, limits.mapValueBytesMax) as Record<string, string>;
		expect(Object.keys(clipped)).toHaveLength(limits.mapEntriesMax);
		expect(clipped.k0).toHaveLength(limits.mapValueBytesMax);
		expect(Object.keys(clipDeep({ ['k'.repeat(99)]: 1 }, 9))[0]).toHaveLength(limits.mapKeyBytesMax);
	});

	it('leaves out the one key that the collector refuses', () => {
		const map = JSON.parse('{"__proto__":"a","constructor":"b","prototype":"c","":"d","ok":"e"}');
		expect(entries(clipDeep(map, 9)).flat().join(' ')).toBe('constructor b prototype c  d ok e');
		const nested = JSON.parse('{"__proto__":{"a":1},"ok":{"b":1}}');
		expect(entries(clipDeep(nested, detailBytesMax, 3))).toEqual([['ok', { b: 1 }]]);
	});

	it('copies lists and maps of details, in which numbers stay numbers', () => {
		const item = { productId: 7, name: undefined, tags: ['a'], nested: { deeper: { yet: 1 } } };
		const clipped = clipDeep({ tax: 1.5, flag: true, none: null, big: 1n, items: [item, 'x'] }, detailBytesMax, 3);
		expect(clipped).toEqual({
			tax: 1.5,
			flag: 'true',
			none: '',
			big: '1',
			items: [{ productId: 7, name: '', tags: 'a', nested: '[object Object]' }, 'x'],
		});
		item.productId = 8;
		expect((clipped as { items: unknown[] }).items[0]).toMatchObject({ productId: 7 });
	});

	it('ends where a value contains itself, and takes at most 100 items', () => {
		const loop: Record<string, unknown> = { id: 'a' };
		loop.self = loop;
		expect(clipDeep({ loop }, detailBytesMax, 2)).toEqual({ loop: { id: 'a', self: '[object Object]' } });
		const list = Array.from({ length: 150 }, (_, i) => i);
		expect(clipDeep({ list }, detailBytesMax, 2)).toEqual({ list: list.slice(0, 100) });
	});
});
