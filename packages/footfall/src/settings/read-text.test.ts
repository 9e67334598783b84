import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readText } from './read-text.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-read-text-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('readText', () => {
	it('distinguishes an existing file, a missing file and an unreadable one', () => {
		const file = join(scratch, 'a.json');
		writeFileSync(file, '{}');
		expect(readText(file)).toEqual({ kind: 'text', text: '{}' });
		expect(readText(join(scratch, 'b.json'))).toEqual({ kind: 'absent' });
		expect(readText(scratch)).toEqual({ kind: 'unreadable', reason: expect.stringMatching(/^EISDIR: [a-z ]+$/) });
	});
});
