import { describe, expect, it } from 'vitest';
import { isFoundIn } from './matches.js';

describe('a search in a list', () => {
	it('finds a text in any case, and a path in any form of its percent-encoding', () => {
		for (const search of ['größe', 'GRÖSSE'.replace('SS', 'ß'), '/gr%C3%B6%c3%9fe', '/%47r%C3%B6', ''])
			expect(isFoundIn('/Größe', search), search).toBe(true);
		expect(isFoundIn('/a%2Fb', '/A%2fB')).toBe(true);
		expect(isFoundIn('/100%', '100%25')).toBe(true);
		expect(isFoundIn('/%FF', '%ff')).toBe(true);
	});

	it('does not find other texts', () => {
		for (const search of ['/größer', '%C3', '%', '/gr%C3%B6%c3'])
			expect(isFoundIn('/Größe', search), search).toBe(false);
	});
});
