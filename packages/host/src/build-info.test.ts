import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildInfo, buildInfoOf, buildLabels, liveness, versionLine } from './build-info.js';

const manifest = '{"version": "1.2.3"}';
const commitOf = (given: string | undefined, built: string) => buildInfoOf(given, manifest, built).commit;

describe('the build', () => {
	it('has the commit of the variable, else that of the build, else none', () => {
		expect(commitOf('abc', '{"commit": "def"}')).toBe('abc');
		expect(commitOf('', '{"commit": "def"}')).toBe('def');
		expect(commitOf(undefined, '{}')).toBeUndefined();
		expect(commitOf(undefined, '')).toBeUndefined();
	});

	it('has the version of the packages, and that of Node.js', () => {
		const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
		expect(buildInfo()).toMatchObject({ version, node: process.versions.node });
	});

	it('is told without an invented commit', () => {
		const unknown = buildInfoOf(undefined, manifest, '');
		expect(versionLine(unknown)).toBe('1.2.3');
		expect(JSON.stringify(liveness(unknown))).toBe('{"live":true,"version":"1.2.3"}');
		expect(buildLabels(unknown)).toEqual({ version: '1.2.3', commit: '', node: process.versions.node });
		const known = buildInfoOf('abc', manifest, '');
		expect(versionLine(known)).toBe('1.2.3 (abc)');
		expect(JSON.stringify(liveness(known))).toBe('{"live":true,"version":"1.2.3","commit":"abc"}');
		expect(buildLabels(known).commit).toBe('abc');
	});
});
