import { describe, expect, it } from 'vitest';
import { columnsIn } from './run-sql.js';

const columns = ['day', 'site', 'views'].map((name) => ({ name, type: 'String', description: '', test: undefined }));

describe('columnsIn', () => {
	it('lists the columns that a statement names, in the order of the model', () => {
		expect(columnsIn({ columns }, 'SELECT views, site FROM {{pages}}')).toBe('site, views');
	});

	it('does not count names in comments and quoted text', () => {
		const sql =
			"SELECT views -- by site\n/* of a\nday */ FROM {{pages}} WHERE name = 'it''s the day -- site' AND \"day\" != 1";
		expect(columnsIn({ columns }, sql)).toBe('views');
	});

	it('lists the first column for a statement that names none, so that rows can be counted', () => {
		expect(columnsIn({ columns }, 'SELECT count() FROM {{pages}}')).toBe('day');
	});
});
