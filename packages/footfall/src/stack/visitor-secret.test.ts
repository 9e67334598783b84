import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { afterAll, describe, expect, it } from 'vitest';
import { knownVisitorSecretOf, visitorSecretOf } from './visitor-secret.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-secret-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const secretIn = (data: string, visitorSecret?: string) =>
	visitorSecretOf({ data: join(scratch, data), visitorSecret });

describe('the key of visitors that are computed from user ids', () => {
	it('is created once in the data directory, for its owner only, and stays the same', () => {
		const first = secretIn('new/data');
		expect(first).toHaveLength(43);
		expect(secretIn('new/data')).toBe(first);
		expect(readdirSync(join(scratch, 'new/data'))).toEqual(['visitor-secret']);
		const file = join(scratch, 'new/data/visitor-secret');
		expect(statSync(file).mode & 0o777).toBe(0o600);
		chmodSync(file, 0o644);
		expect(secretIn('new/data')).toBe(first);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(secretIn('other')).not.toBe(first);
	});

	it('is that of the setting if there is one, and then no file is made', () => {
		expect(secretIn('unused', 'a secret of several collectors')).toBe('a secret of several collectors');
		expect(readdirSync(scratch)).not.toContain('unused');
	});

	it('is known to another command with the setting, the file, or the embedded ClickHouse, and is made for no other', () => {
		const known = (data: string, clickhouseUrl?: string, visitorSecret?: string) =>
			knownVisitorSecretOf({ data: join(scratch, data), clickhouseUrl, visitorSecret });
		const url = 'http://127.0.0.1:8123/footfall';
		expect(known('elsewhere', url)).toBeUndefined();
		expect(readdirSync(scratch)).not.toContain('elsewhere');
		expect(known('elsewhere', url, 'a secret of several collectors')).toBe('a secret of several collectors');
		const made = known('elsewhere');
		expect(made).toHaveLength(43);
		expect([known('elsewhere', url), secretIn('elsewhere')]).toEqual([made, made]);
	});

	it('is not replaced if its file is damaged, since users would become other visitors', () => {
		mkdirSync(join(scratch, 'damaged'));
		const file = join(scratch, 'damaged/visitor-secret');
		for (const text of ['', 'short', `${'x'.repeat(43)}\n`]) {
			writeFileSync(file, text);
			expect(() => secretIn('damaged')).toThrow(StartRefusal);
			expect(() => secretIn('damaged')).toThrow(/visitor-secret is damaged. Restore it from a backup; or remove it/);
			expect(readFileSync(file, 'utf8')).toBe(text);
		}
	});

	it('is refused with the remedy if the directory cannot be written', () => {
		writeFileSync(join(scratch, 'file'), '');
		expect(() => secretIn('file/data')).toThrow(/Cannot read or create .*visitor-secret.*--data, or a secret as/);
	});
});
