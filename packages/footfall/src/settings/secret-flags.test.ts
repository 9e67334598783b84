import { describe, expect, it } from 'vitest';
import { type Option, options } from './options.js';
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
		// Every setting that takes an address may be given one with a password.
		expect(all.filter(({ placeholder, secret }) => /URL|TOKEN|PASSWORD/.test(placeholder ?? '') && !secret)).toEqual(
			[],
		);
	});

	it.each(secrets.map((option) => [option.flag, option] as const))(
		'warns about --%s without printing the secret',
		(flag, option) => {
			const [line = '', ...more] = secretFlagWarnings([{ option, text: 'http://user:sesame@host' }]);
			expect(more).toEqual([]);
			expect(line).toContain(`--${flag}: `);
			expect(line).toContain(option.variable);
			expect(line).not.toContain('sesame');
			expect(option.description).toContain('visible to all users of the machine');
		},
	);

	it('causes one warning', () => {
		const given = { option: options.dashboardToken, text: 'sesame' };
		expect(secretFlagWarnings([given, given])).toHaveLength(1);
	});

	it.each(['http://host:8123', 'http://user@host:8123/database'])('is not found in %s', (text) => {
		expect(secretFlagWarnings([{ option: options.clickhouseUrl, text }])).toEqual([]);
	});

	it('is not found in a flag without a secret', () => {
		expect(secretFlagWarnings([{ option: options.port, text: '7070' }])).toEqual([]);
	});
});
