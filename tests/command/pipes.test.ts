import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

const main = fileURLToPath(new URL('../../packages/footfall/dist/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-pipes-'));
const pipe = join(scratch, 'pipe');
const makePipe = (path: string) => void execFileSync('mkfifo', [path]);

beforeAll(() => {
	makePipe(pipe);
	for (const folder of ['settings', 'project/footfall/models', 'data'])
		mkdirSync(join(scratch, folder), { recursive: true });
	makePipe(join(scratch, 'settings/footfall.json'));
	makePipe(join(scratch, 'project/footfall/definitions.json'));
	makePipe(join(scratch, 'project/footfall/models/mine.sql'));
	makePipe(join(scratch, 'data/visitor-secret'));
	makePipe(join(scratch, 'data/accounts.json'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs Node in a folder; a signal that is not null means that it had to be killed. */
const ran = (words: readonly string[], folder: string) =>
	new Promise<{ code: unknown; signal: unknown; text: string }>((resolve) => {
		const options = { cwd: join(scratch, folder), timeout: 30_000, killSignal: 'SIGKILL', encoding: 'utf8' } as const;
		const child = execFile(process.execPath, words, options, (error, stdout, stderr) =>
			resolve({ code: error?.code ?? 0, signal: error?.signal ?? null, text: stdout + stderr }),
		);
		child.stdin?.end();
	});

const commands = [
	['settings', ['settings'], 'footfall.json: cannot be read (it is a pipe)', 2],
	['settings', ['settings', '--config', pipe], 'pipe: cannot be read (it is a pipe)', 2],
	['project', ['transforms', 'definitions'], 'definitions.json:1:1: it is not a plain file; remove it', 9],
	['project', ['transforms', 'ls'], 'mine.sql: it is not a plain file; remove it', 9],
	['data', ['sql', '--file', pipe], 'cannot be read (ENOTSUP)', 1],
	['data', ['rates', pipe], 'pipe is not a file', 1],
] as const;
const calls = [
	['footfall/dist/stack/visitor-secret.js', "visitorSecretOf({ data: '.' })", 'visitor-secret is damaged'],
	['collector/dist/accept/intake/country-database.js', "countryDatabase('visitor-secret')", 'it is a pipe'],
	['warehouse/dist/rates/read-rates-file.js', "await readRatesFile('visitor-secret')", 'it is a pipe'],
	['warehouse/dist/embedded/accounts.js', "console.log(loadAccounts('.'))", "user: 'reader'"],
] as const;

// A process whose thread waits for the writer of a pipe ends neither at a signal nor by itself.
describe.concurrent('a pipe that nobody writes to, in the place of a file,', () => {
	it.each(isThorough ? commands : commands.filter(([, [name]]) => name !== 'sql' && name !== 'rates').slice(1, 3))(
		'ends a command with words: in the folder %s, %j',
		async (folder, words, fault, code) => {
			const { text, ...ended } = await ran([main, ...words], folder);
			expect({ text, ...ended }).toEqual({ text: expect.stringContaining(fault), code, signal: null });
		},
	);

	it.each(isThorough ? calls : calls.slice(0, 1))('does not block %s', async (module, call, words) => {
		const name = /\w+(?=\()/.exec(call.replace('console.log(', ''))?.[0];
		const script = `import { ${name} } from '${new URL(`../../packages/${module}`, import.meta.url)}'; ${call}`;
		const { text, signal } = await ran(['--input-type=module', '--eval', script], 'data');
		expect({ text, signal }).toEqual({ text: expect.stringContaining(words), signal: null });
	});
});
