import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FootfallProcess } from '../support/footfall-process.js';

/** The blocks of a page in order: commands, expected output, and files, whose names stand before them. */
const page = readFileSync(new URL('../../docs/how-to/own-models.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/(?:`([\w/.]+\.(?:sql|ndjson))`:\n\n)?^```(\w+)\n(.*?)^```/gms)].map(
	([, file, language, text = '']) => ({ file, language, text }),
);

const folder = mkdtempSync(join(tmpdir(), 'footfall-how-to-'));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	rmSync(folder, { recursive: true, force: true });
});

/** Time for a run of all models on a busy machine. */
const patient = { timeout: 60_000, interval: 250 };

/** Starts a command line of the page in the folder, on the test's ClickHouse. */
function start(line: string, directory = folder): FootfallProcess {
	const { user, password } = test.server.writer;
	const CLICKHOUSE_URL = `http://${user}:${password}@${new URL(test.server.url).host}/footfall`;
	return new FootfallProcess(line.split(' ').slice(1), { CLICKHOUSE_URL }, directory);
}

/** Runs a command line of the page. */
async function footfall(line: string, directory = folder): Promise<{ code: number | string; output: string }> {
	const run = start(line, directory);
	const code = await run.exit();
	return { code, output: run.stdout + run.stderr };
}

function write(file: string, text: string): void {
	mkdirSync(dirname(join(folder, file)), { recursive: true });
	writeFileSync(join(folder, file), text);
}

describe('the page about a mart of your own', () => {
	it('works in an empty folder, block by block', async () => {
		let printed = '';
		let ran = 0;
		const written: string[] = [];
		for (const { language, text, file } of blocks) {
			if (file !== undefined) {
				write(file, text);
				written.push(file);
			} else if (language === 'sh')
				for (const line of text.trim().split('\n')) {
					const { code, output } = await footfall(line);
					expect(code, `${line}\n${output}`).toBe(0);
					printed = output;
					ran++;
				}
			else if (text.includes('✗')) {
				const path = join(folder, 'footfall/models/int_signups.sql');
				const sound = readFileSync(path, 'utf8');
				writeFileSync(path, sound.replaceAll("props['plan']", "prop['plan']"));
				const { code, output } = await footfall('footfall transforms build');
				expect(code).toBe(9);
				for (const line of text.trimEnd().split('\n')) expect(output).toContain(line);
				expect((await footfall('footfall transforms freshness')).output).toContain('int_signups is stale since');
				writeFileSync(path, sound);
				expect(await footfall('footfall transforms build')).toMatchObject({ code: 0 });
			} else expect(printed).toContain(text);
		}
		expect(written).toEqual([
			'signups.ndjson',
			'footfall/models/int_signups.sql',
			'footfall/models/signups_by_plan.sql',
			'footfall/tests/every_signup_has_a_plan.sql',
			'footfall/macros/is_paid.sql',
		]);
		expect(ran).toBe(6);
	});
});

describe('the verbs of the transforms', () => {
	it('list own models beside the others, and tell the faults of files, with the line, without stopping at them', async () => {
		const ls = await footfall('footfall transforms ls --select tag:signups+ --json');
		expect(JSON.parse(ls.output).models.map(({ name }: { name: string }) => name)).toEqual(['signups_by_plan']);
		const { output } = await footfall('footfall transforms lineage --select +signups_by_plan');
		expect(output).toMatch(/stg_events\n.*int_signups\n.*signups_by_plan/);
		expect((await footfall('footfall transforms docs --select signups_by_plan')).output).toContain(
			'<h2 id="signups_by_plan">',
		);
		const plan = await footfall('footfall transforms plan');
		expect(plan.output).toBe('Nothing to do: no new events.\n');
		const changed = readFileSync(join(folder, 'footfall/models/signups_by_plan.sql'), 'utf8');
		write('footfall/models/signups_by_plan.sql', changed.replace('sum(signups)', 'sum(signups) + 0'));
		const { output: planned } = await footfall('footfall transforms plan --sql');
		expect(planned).toMatch(/^ {2}signups_by_plan would be computed from all events$/m);
		expect(planned).toMatch(/^-- signups_by_plan\nINSERT INTO own_signups_by_plan__[\s\S]*sum\(signups\) \+ 0/m);
		expect(planned).not.toContain('-- int_signups\n');
		write('footfall/models/signups_by_plan.sql', changed);
		write('footfall/models/more.sql', '-- @description More.\nSELECT 1 FROM {{nothing}}\n');
		const built = await footfall('footfall transforms build');
		expect(built.code).toBe(9);
		expect(built.output).toContain('footfall: footfall/models/more.sql:2: the header needs one @grain');
		expect(built.output).toContain('more is not current');
		expect((await footfall('footfall transforms ls')).code).toBe(9);
		// A fault in the project folder does not keep an operator from verbs that need no models of it.
		const runs = await footfall('footfall transforms runs');
		expect([runs.code, runs.output.includes('more.sql')]).toEqual([0, false]);
		expect((await footfall('footfall transforms unlock')).code).toBe(0);
		unlinkSync(join(folder, 'footfall/models/more.sql'));
		expect((await footfall('footfall transforms build --project nowhere')).output).toBe(
			'footfall: --project: the folder nowhere does not exist; footfall init creates one, or name another\n',
		);
	});

	it('read changed files again while they repeat runs, and tell their faults as at the start', async () => {
		const file = 'footfall/models/signups_by_plan.sql';
		const sound = readFileSync(join(folder, file), 'utf8');
		const watching = start('footfall transforms build --watch --transform-seconds 1');
		const hasSaid = (words: string) => expect.poll(() => watching.stdout + watching.stderr, patient).toContain(words);
		try {
			write(file, sound.replace('sum(signups) AS', 'sum(signup) AS'));
			await hasSaid('signups_by_plan.sql:12: ClickHouse:');
			write(file, sound.replace('{{int_signups}}', '{{int_signup}}'));
			await hasSaid('signups_by_plan.sql:13: {{int_signup}} is not a model');
			write(file, sound.replace('SELECT site, day, plan', 'SELECT site, day, upper(plan) AS plan'));
			const shown = async () => (await footfall('footfall transforms show signups_by_plan')).output;
			await expect.poll(shown, patient).toContain('shop  2026-01-31  PRO   1        1');
			// Beside it, a run of the same files has nothing to do.
			expect(await footfall('footfall transforms build')).toMatchObject({ code: 0 });
		} finally {
			expect(await watching.interrupt()).toBe(0);
			write(file, sound);
		}
	});

	it('keep the models in a directory without their folder, and name those that they remove', async () => {
		const elsewhere = join(folder, 'elsewhere');
		mkdirSync(elsewhere);
		const kept = await footfall('footfall transforms build', elsewhere);
		expect(kept.code).toBe(9);
		expect(kept.output).toContain(`there is no folder footfall in ${realpathSync(elsewhere)}`);
		expect((await footfall('footfall transforms show signups_by_plan', folder)).output).toContain('2026-01-31');
		mkdirSync(join(elsewhere, 'footfall'));
		const removed = await footfall('footfall transforms build', elsewhere);
		expect(removed.code).toBe(0);
		expect(removed.output).toContain('signups_by_plan was removed, since the project folder no longer has its file');
	});

	it('find a folder that footfall init has written with another name', async () => {
		const home = join(folder, 'home');
		mkdirSync(home);
		expect((await footfall('footfall init --project analytics/own', home)).code).toBe(0);
		const { code, output } = await footfall('footfall transforms ls --select tag:example', home);
		expect([code, output.includes('landing_pages')]).toEqual([0, true]);
	});

	it('keep what there is when the folder is written again', async () => {
		const before = readFileSync(join(folder, 'footfall.json'), 'utf8');
		const { output } = await footfall('footfall init');
		expect(output.match(/^Wrote /gm)).toBeNull();
		expect(output.match(/^Kept {2} /gm)).toHaveLength(7);
		// The schema of an earlier version is replaced, and a file that Footfall has not written is not.
		const schema = join(folder, 'footfall.schema.json');
		const present = readFileSync(schema, 'utf8');
		writeFileSync(schema, present.replace('"port"', '"former-port"'));
		expect((await footfall('footfall init')).output).toContain('Wrote  footfall.schema.json');
		expect(readFileSync(schema, 'utf8')).toBe(present);
		writeFileSync(schema, '{}');
		expect((await footfall('footfall init')).output).toContain('Kept   footfall.schema.json');
		writeFileSync(schema, present);
		expect(readFileSync(join(folder, 'footfall.json'), 'utf8')).toBe(before);
	});
});
