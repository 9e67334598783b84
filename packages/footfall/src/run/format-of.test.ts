import { describe, expect, it } from 'vitest';
import { formatOf } from './format-of.js';

describe('formatOf', () => {
	it('takes a format of the command, refuses the flag of another, and ignores its variable', () => {
		expect(formatOf('sql', 'csv', 'flag', ['table', 'csv'])).toEqual({ ok: true, format: 'csv' });
		expect(formatOf('sql', 'csv', 'file', ['table', 'csv'])).toEqual({ ok: true, format: 'csv' });
		expect(formatOf('sql', 'html', 'flag', ['table', 'csv'])).toEqual({
			ok: false,
			fault: 'sql has no format html; use table, csv',
		});
		expect(formatOf('sql', 'html', 'environment', ['table', 'csv'])).toEqual({ ok: true, format: undefined });
		expect(formatOf('sql', undefined, 'default', ['table', 'csv'])).toEqual({ ok: true, format: undefined });
	});
});
