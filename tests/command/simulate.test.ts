import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { FootfallProcess } from '../support/footfall-process.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

const directory = mkdtempSync(join(tmpdir(), 'footfall-simulate-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function footfall(...words: string[]) {
	const run = new FootfallProcess([...words], {}, directory);
	return { code: await run.exit(), stdout: run.stdout, stderr: run.stderr };
}

const history = ['simulate', 'history', '--from', '2026-01-01', '--to', '2026-01-03', '--dau', '20'];

describe('footfall simulate and import', () => {
	it('write a history, import it once, and quarantine a line that is not a valid event', async () => {
		const made = await footfall(...history, '--out', 'history.csv.zst');
		expect(made, made.stderr).toMatchObject({ code: 0 });
		expect(made.stdout).toMatch(/█ 100 % {2}[\d,]+ events/);
		const again = await footfall(...history, '--out', 'history.csv.zst');
		expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('history.csv.zst exists already') });
		const imported = await footfall('import', 'history.csv.zst');
		expect(imported, imported.stderr).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/\d+ events stored\.\n$/),
		});
		expect((await footfall('import', 'history.csv.zst')).stdout).toBe('All events were already stored.\n');
		const path = join(directory, 'some.csv');
		writeFileSync(path, 'dt,name,user_id,url,obj\n2026-01-01 10:00:00,view,1,https://a.example/,page\n');
		appendFileSync(path, 'some day,view,1,https://a.example/,page\n');
		const partly = await footfall('import', 'some.csv');
		expect(partly.code).toBe(8);
		expect(partly.stdout).toContain('  line 3 has no valid time in ts or dt\n1 events stored.');
		expect(JSON.parse(readFileSync(`${path}.rejects.ndjson`, 'utf8'))).toMatchObject({ line: 3 });
	});

	it.runIf(isThorough)('store nothing of a file if they are interrupted while they import it', async () => {
		const file = fileURLToPath(new URL('../../data/shop.csv.zst', import.meta.url));
		const importing = new FootfallProcess(['import', file, '--data', 'stopped'], {}, directory);
		await importing.printed(/^Reading/m);
		expect(await importing.interrupt(), importing.stderr).toBe(130);
		expect(importing.stdout).not.toContain('Storing');
		expect(importing.stderr).toBe('');
	});

	it.each([
		[['simulate'], 2, 'simulate requires a verb; use footfall simulate history'],
		[['simulate', 'history'], 2, 'simulate history requires --from and --to'],
		[['simulate', 'history', '--from', '2026-02-01', '--to', '2026-01-01'], 2, '--from 2026-02-01 is after --to'],
		[['simulate', 'live', '--from', '2026-02-01'], 2, '--from and --to must be given together'],
		[['simulate', 'live', '--addr', 'http://127.0.0.1:9'], 1, 'no collector answers at http://127.0.0.1:9; start one'],
		[['simulate', 'live', '--addr', 'http://127.0.0.1:9'], 1, '(connect ECONNREFUSED 127.0.0.1:9)'],
		[[...history, '--out', 'history.csv'], 2, 'must be warehouse or a file that ends in .csv.zst'],
		[['simulate', 'live', '--addr', 'there'], 2, 'must be an address like http://127.0.0.1:7070'],
		[['simulate', 'history', '--late', '2'], 2, 'must be a share from 0 to 1'],
		[['import'], 2, 'import requires a file: footfall import FILE'],
		[['import', 'a.csv', 'b.csv'], 2, 'unexpected argument "b.csv": import takes one file'],
		[['import', 'nothing.csv'], 1, 'nothing.csv is not a file'],
	])('refuse %j with the reason', async (words, code, message) => {
		expect(await footfall(...words)).toMatchObject({ code, stderr: expect.stringContaining(message) });
	});
});
