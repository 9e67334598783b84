import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands } from '../../command-table.js';
import { parseArguments } from '../../parse-arguments.js';
import { noProgress } from '../../terminal/progress.js';
import { runDefinitions } from './definitions.js';

let folder: string;
const written: string[] = [];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'footfall-definitions-'));
	written.length = 0;
	vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
		written.push(String(text));
		return true;
	});
});
afterEach(() => {
	vi.restoreAllMocks();
	rmSync(folder, { recursive: true, force: true });
});

/** Runs the verb on a file with this text; undefined for none. */
function definitions(text: string | undefined, project = 'own') {
	const path = join(folder, 'own');
	mkdirSync(path, { recursive: true });
	if (text !== undefined) writeFileSync(join(path, 'definitions.json'), text);
	const said: { value: unknown; lines: readonly string[] }[] = [];
	const code = runDefinitions({ project: join(folder, project) }, (value, lines) => said.push({ value, lines }));
	const [first = { value: undefined, lines: [] }] = said;
	return { code, value: first.value, lines: first.lines.map((line) => line.replace(folder, '.')), count: said.length };
}

const template = fileURLToPath(new URL('../../../templates/footfall/definitions.jsonc', import.meta.url));

describe('footfall transforms definitions', () => {
	it('prints the example that footfall init writes, once its comments are removed', () => {
		const text = readFileSync(template, 'utf8').replaceAll(/^\t\/\/ ((?:["}\t]).*)$/gm, '$1');
		expect(definitions(text)).toMatchObject({
			code: 0,
			lines: [
				'Definitions of ./own/definitions.json; a section that the file does not have is the default one.',
				'',
				'goal              title             sites  value           when',
				'signup            Sign-ups          all    property price  {"event":"signup"}',
				'signup_of_a_team  Signup of a team  shop   none            {"event":"signup","properties":{"plan":["pro","team"],"seats":{"atLeast":5}}}',
				'order             Order             all    amount          {"event":"order"}',
				'',
				'funnel  sites  within  step        when',
				'trial   all    14d     1 Pricing   {"page":"/pricing/**"}',
				'                       2 Sign-ups  {"event":"signup"}',
				'                       3 Order     {"event":"order"}',
				'',
				'experiment  title  sites  key        goal',
				'price       Price  all    new-price  signup',
			],
		});
	});

	it('prints the default definitions while nothing is defined', () => {
		expect(definitions(undefined)).toMatchObject({
			lines: [
				'There is no definitions.json in the project folder ./own: these are the default definitions.',
				'',
				expect.any(String),
				expect.stringMatching(/^checkout /),
				expect.stringMatching(/^order /),
				'',
				expect.any(String),
				expect.stringMatching(/^shop {4}all {4}1d {6}1 Product view /),
				expect.any(String),
				expect.any(String),
			],
			value: { file: null, goals: [{ name: 'checkout', sites: null }, { name: 'order' }], experiments: [] },
		});
		expect(definitions(readFileSync(template, 'utf8')).lines.slice(1)).toEqual(definitions(undefined).lines.slice(1));
	});

	it('prints each fault with its place, and exits with 9', () => {
		const { code, value, lines, count } = definitions('{\n"gaols": {},\n"funnels": 1\n}');
		expect({ code, lines, count }).toEqual({ code: 9, lines: [], count: 1 });
		expect(value).toMatchObject({
			faults: [
				{ line: 2, column: 1 },
				{ line: 3, column: 12 },
			],
		});
		expect(written.map((line) => line.replace(folder, '.'))).toEqual([
			'footfall: ./own/definitions.json:2:1: "gaols" is not a key of the definitions; did you mean "goals"?\n',
			'footfall: ./own/definitions.json:3:12: "funnels": must be an object of funnels, each by its name\n',
		]);
	});

	it('is refused for a folder that does not exist', () => {
		expect(() => definitions('{}', 'other')).toThrow('does not exist; footfall init creates one');
	});
});

describe('footfall transforms without a database', () => {
	/** Runs a verb on a file with this text. */
	async function run(verb: string, text: string) {
		mkdirSync(join(folder, 'own'));
		writeFileSync(join(folder, 'own', 'definitions.json'), text);
		const args = ['transforms', verb, '--project', join(folder, 'own')];
		const request = parseArguments(commands, args, {}, () => ({ kind: 'absent' }));
		if (request.kind !== 'run') throw new Error(JSON.stringify(request));
		const { command, settings, origins, operands } = request;
		const printed: string[] = [];
		const context = {
			...{ signal: new AbortController().signal, terminal: false, write: async () => true, progress: noProgress },
			print: (line: string) => void printed.push(line),
		};
		const code = await command.run(settings, context, origins, operands, []);
		return { code, printed: printed.join('\n'), complaints: written.join('') };
	}

	it.each(['compile', 'docs', 'ls', 'lineage'])(
		'%s tells the faults of the file, and that it shows the default definitions',
		async (verb) => {
			const { code, printed, complaints } = await run(verb, '{"gaols": {}}');
			expect(code).toBe(9);
			expect(complaints).toMatch(/own\/definitions\.json:1:2: "gaols" is not a key of the definitions/);
			expect(complaints).toContain(`transforms ${verb} shows the default definitions instead`);
			expect(complaints.match(/published/g)).toEqual(['published']);
			expect(printed).toContain('goal_days');
		},
	);

	it('has the definitions of a file without faults, and no complaint', async () => {
		const { code, printed, complaints } = await run('compile', '{"goals": {"joined_in": {"when": {"event": "join"}}}}');
		expect([code, complaints]).toEqual([0, '']);
		expect(printed).toContain("'joined_in'");
	});
});
