import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.js';

const known = ['port', 'admin-port', 'shop-port', 'site', 'sites', 'wal-bytes'];

describe('nearest', () => {
	it.each([
		['prot', 'port'],
		['adminPort', 'admin-port'],
		['ADMIN_PORT', 'admin-port'],
		['--sites', 'sites'],
		['walbyte', 'wal-bytes'],
		['site-s', 'sites'],
		['siet', 'site'],
		['banana', undefined],
		['', undefined],
	])('finds that "%s" is nearest to %s', (word, meant) => {
		expect(nearest(word, known)).toBe(meant);
	});
});
