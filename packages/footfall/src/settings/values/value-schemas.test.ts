import { describe, expect, it } from 'vitest';
import { day } from './value-schemas.js';

describe('a day', () => {
	it.each(['1970-01-01', '2024-02-29', '2026-01-31', '2149-06-06'])('accepts %s', (text) => {
		expect(day.parse(text)).toBe(text);
	});

	it.each(['0000-01-01', '1969-12-31', '2149-06-07', '9999-12-31', '2026-02-30', '12026-01-01', '2026-01-01T00:00'])(
		'refuses %s',
		(text) => {
			expect(day.safeParse(text).error?.issues[0]?.message).toMatch(/^must be a day (like|from)/);
		},
	);
});
