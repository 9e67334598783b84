import { describe, expect, it } from 'vitest';
import { type Option, options, variableOf } from './options.js';
import { secretFlagWarnings } from './secret-flags.js';

const all = Object.values<Option>(options);
const secrets = all.filter(({ secret }) => secret !== undefined);

describe('secretFlagWarnings', () => {
	it('knows every setting that may contain a secret: write keys, the key of visitors, the token of the dashboard and the URLs', () => {
		expect(secrets.map(({ flag }) => flag)).toEqual([
			'sites',
			'visitor-secret',
			'clickhouse-url',
			'clickhouse-reader-url',
			'dashboard-token',
			'addr',
		]);
		// A user may give a URL with a password to any setting that takes a URL.
		expect(all.filter(({ placeholder, secret }) => /URL|TOKEN|PASSWORD/.test(placeholder ?? '') && !secret)).toEqual(
			[],
		);
	});

	const textOf = ({ secret }: Option) =>
		secret === 'keys' ? '{"shop": {"keys": ["sesame"]}}' : 'http://user:sesame@host';

	it.each(secrets.map((option) => [option.flag, option] as const))(
		'warns about --%s without printing the secret',
		(flag, option) => {
			const [line = '', ...more] = secretFlagWarnings([{ option, text: textOf(option) }]);
			expect(more).toEqual([]);
			expect(line).toContain(`--${flag}: `);
			expect(line).toContain(variableOf(option));
			expect(line).not.toContain('sesame');
			expect(option.description).toContain('visible to all users of the machine');
		},
	);

	it('warns once about a flag that is given twice', () => {
		const given = { option: options.dashboardToken, text: 'sesame' };
		expect(secretFlagWarnings([given, given])).toHaveLength(1);
	});

	it.each(['http://host:8123', 'http://user@host:8123/database'])(
		'does not warn about %s, which has no password',
		(text) => {
			expect(secretFlagWarnings([{ option: options.clickhouseUrl, text }])).toEqual([]);
		},
	);

	it('does not warn about a flag that has no secret', () => {
		expect(secretFlagWarnings([{ option: options.port, text: '7070' }])).toEqual([]);
	});
});
