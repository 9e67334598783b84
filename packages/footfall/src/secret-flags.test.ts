import { describe, expect, it } from 'vitest';
import { type Option, options } from './option.js';
import { secretFlagWarnings } from './secret-flags.js';

const all = Object.values<Option>(options);
const secrets = all.filter(({ secret }) => secret !== undefined);

describe('a secret in a flag', () => {
	it('can be the token of the dashboard, or the password of an address', () => {
		expect(secrets.map(({ flag }) => flag)).toEqual([
			'clickhouse-url',
			'clickhouse-reader-url',
			'dashboard-token',
			'addr',
			'collector-url',
		]);
		// Whatever takes an address may be given one with a password.
		expect(all.filter(({ placeholder, secret }) => /URL|TOKEN|PASSWORD/.test(placeholder ?? '') && !secret)).toEqual(
			[],
		);
	});

	it.each(secrets.map((option) => [option.flag, option] as const))(
		'--%s is warned about, without it',
		(flag, option) => {
			const [line = '', ...more] = secretFlagWarnings([{ option, text: 'http://user:sesame@host' }]);
			expect(more).toEqual([]);
			expect(line).toContain(`--${flag}: `);
			expect(line).toContain(option.variable);
			expect(line).not.toContain('sesame');
			expect(option.description).toContain('all users of the machine see');
		},
	);

	it('is warned about once', () => {
		const given = { option: options.dashboardToken, text: 'sesame' };
		expect(secretFlagWarnings([given, given])).toHaveLength(1);
	});

	it.each(['http://host:8123', 'http://user@host:8123/database'])('is not what %s has', (text) => {
		expect(secretFlagWarnings([{ option: options.clickhouseUrl, text }])).toEqual([]);
	});

	it('is no flag that holds none', () => {
		expect(secretFlagWarnings([{ option: options.port, text: '7070' }])).toEqual([]);
	});
});
