import { describe, expect, it } from 'vitest';
import { defineCommand, help } from './command.js';
import { parseArguments } from './parse-arguments.js';

const fly = defineCommand({
	name: 'fly',
	summary: 'Flies.',
	options: ['port', 'sites', 'clickhouseUrl', 'json'],
	run: async () => 0,
});
const commands = [fly];
const parse = (words: string[], environment: Record<string, string> = {}, files: Record<string, string> = {}) =>
	parseArguments(commands, words, environment, (path) => {
		const text = files[path];
		return text === undefined ? { kind: 'absent' } : { kind: 'text', text };
	});

describe('parseArguments', () => {
	it('prefers a flag to a variable, a variable to the file, and the file to the default', () => {
		const port = (words: string[], variable?: string, inFile?: string) => {
			const environment: Record<string, string> = variable === undefined ? {} : { FOOTFALL_PORT: variable };
			const files: Record<string, string> = inFile === undefined ? {} : { 'footfall.json': `{"port": ${inFile}}` };
			const request = parse(['fly', ...words], environment, files);
			return request.kind === 'run' ? [request.settings.port, request.origins.port] : request;
		};
		expect(port([])).toEqual([7070, 'default']);
		expect(port([], undefined, '1')).toEqual([1, 'file']);
		expect(port([], '2', '1')).toEqual([2, 'environment']);
		expect(port(['--port', '3'], '2', '1')).toEqual([3, 'flag']);
		expect(port(['--port=4'], '2')).toEqual([4, 'flag']);
		expect(port([], '', '1')).toEqual([1, 'file']);
		expect(port([], '')).toEqual([7070, 'default']);
	});

	it('reads the file of --config, else that of FOOTFALL_CONFIG, else footfall.json', () => {
		const files = { 'a.json': '{"port": 1}', 'b.json': '{"port": 2}', 'footfall.json': '{"port": 3}' };
		const read = (words: string[], environment: Record<string, string> = {}) => {
			const request = parse(['fly', ...words], environment, files);
			return request.kind === 'run' && [request.settings.config, request.origins.config, request.settings.port];
		};
		expect(read(['--config', 'a.json'], { FOOTFALL_CONFIG: 'b.json' })).toEqual(['a.json', 'flag', 1]);
		expect(read([], { FOOTFALL_CONFIG: 'b.json' })).toEqual(['b.json', 'environment', 2]);
		expect(read([])).toEqual(['footfall.json', 'default', 3]);
		expect(read([], { FOOTFALL_CONFIG: '' })).toEqual(['footfall.json', 'default', 3]);
		expect(parse(['fly'])).toMatchObject({ settings: { config: undefined } });
	});

	it('requires the file that is named', () => {
		const lines = (words: string[], environment: Record<string, string> = {}) => {
			const request = parse(['fly', ...words], environment);
			return request.kind === 'fault' && request.lines;
		};
		expect(lines(['--config', 'a.json'])).toEqual(['--config: the file "a.json" does not exist']);
		expect(lines(['--config='])).toEqual(['--config: the file "" does not exist']);
		expect(lines([], { FOOTFALL_CONFIG: 'a.json' })).toEqual(['FOOTFALL_CONFIG: the file "a.json" does not exist']);
	});

	it('leaves a setting without a default undefined', () => {
		const request = parse(['fly']);
		expect(request.kind === 'run' && request.settings.clickhouseUrl).toBeUndefined();
	});

	it('reads sites with their origins', () => {
		expect(parse(['fly', '--sites', 'shop=https://a.test|http://b.test:81,blog'])).toMatchObject({
			settings: {
				sites: [
					{ key: 'shop', origins: ['https://a.test', 'http://b.test:81'] },
					{ key: 'blog', origins: 'any' },
				],
			},
		});
	});

	it('reports every fault of every source at once', () => {
		const request = parse(
			['fly', '--prot', '1', '--sites', '', 'now', '--port', 'x', '--clickhouse-url'],
			{ FOOTFALL_SITES: 'a b', FOOTFALL_PORT: '-1', FOOTFALL_CONFIG: 'f.json' },
			{ 'f.json': '{"port": 70000, "sites": {"c d": "any"}, "hots": "::1", "seconds": 1.5}' },
		);
		const key = 'a site key consists of 1 to 64 letters, digits, dots, dashes or underscores';
		expect(request).toEqual({
			kind: 'fault',
			lines: [
				'unknown option --prot (did you mean --port?); footfall fly --help lists the options',
				'unexpected argument "now"; footfall fly --help lists the options',
				'--clickhouse-url requires a value; footfall fly --help describes it',
				'f.json: "hots" is not a setting; did you mean "host"?',
				`--sites: ${key} (in "") (got "")`,
				`FOOTFALL_SITES: ${key} (in "a b") (got "a b")`,
				`f.json: sites: ${key} (in "c d")`,
				'--port: must be a whole number from 0 to 65535 (got "x")',
				'FOOTFALL_PORT: must be a whole number from 0 to 65535 (got "-1")',
				'f.json: port: must be a whole number from 0 to 65535 (got "70000")',
				'f.json: seconds: must be a whole number from 0 to 86400 (got "1.5")',
			],
		});
	});

	it('gives a command that reports faults the faults of the settings, and those that are valid', () => {
		const report = { ...fly, name: 'report', reportsFaults: true } as const;
		const text = '{"port": 70000, "sites": "a b", "clickhouse-url": "http://in-file:1", "hots": "::1"}';
		const request = (words: string[]) =>
			parseArguments([report], ['report', ...words], { FOOTFALL_PORT: '9' }, () => ({ kind: 'text', text }));
		expect(request(['--port', 'x'])).toMatchObject({
			kind: 'run',
			settings: { port: 9, sites: [{ key: 'shop' }], clickhouseUrl: 'http://in-file:1' },
			origins: { port: 'environment', sites: 'default', clickhouseUrl: 'file' },
			settingsFaults: [
				expect.stringContaining('"hots" is not a setting'),
				expect.stringMatching(/^footfall\.json: sites: /),
				expect.stringMatching(/^--port: .*"x"/),
				expect.stringMatching(/^footfall\.json: port: .*"70000"/),
			],
		});
		expect(request(['--prot', '1'])).toMatchObject({ kind: 'fault', lines: [expect.stringContaining('--prot')] });
	});

	it('reads a flag without a value as true', () => {
		const json = (words: string[], environment: Record<string, string> = {}, inFile = '{}') => {
			const request = parse(['fly', ...words], environment, { 'footfall.json': inFile });
			return request.kind === 'run' ? request.settings.json : request;
		};
		expect(json([])).toBe(false);
		expect(json(['--json'])).toBe(true);
		expect(json(['--json', '--port', '1'])).toBe(true);
		expect(json(['--json=false'], { FOOTFALL_JSON: 'true' })).toBe(false);
		expect(json([], { FOOTFALL_JSON: 'true' }, '{"json": false}')).toBe(true);
		expect(json([], {}, '{"json": true}')).toBe(true);
		expect(json(['--json', 'true'])).toEqual({
			kind: 'fault',
			lines: ['unexpected argument "true"; footfall fly --help lists the options'],
		});
		expect(json(['--json=maybe'], { FOOTFALL_JSON: '1' }, '{"json": [], "port": true}')).toEqual({
			kind: 'fault',
			lines: [
				'footfall.json: port: must be a string or a number',
				'--json: must be true or false (got "maybe")',
				'FOOTFALL_JSON: must be true or false (got "1")',
				'footfall.json: json: must be true or false',
			],
		});
	});

	it('prints help on every usual request', () => {
		for (const words of [[], ['help'], ['--help'], ['-h']]) expect(parse(words)).toEqual({ kind: 'help' });
		const commandHelpRequests = [
			['fly', '--port', '1', '--help'],
			['fly', '-h'],
			['help', 'fly'],
			['--help', 'fly'],
		];
		for (const words of commandHelpRequests) expect(parse(words)).toEqual({ kind: 'help', command: fly });
		expect(parse(['help', 'swim'])).toEqual({
			kind: 'fault',
			lines: ['unknown command "swim"; footfall help lists the commands (fly)'],
		});
		for (const word of ['--version', '-v', 'version']) expect(parse([word])).toEqual({ kind: 'version' });
	});
});

describe('help', () => {
	it('lists the commands, and the options of one with default and variable', () => {
		expect(help(commands)).toContain('fly         Flies.');
		expect(help(commands, fly)).toMatch(/--config FILE/);
		const long = { ...fly, options: ['clickhouseReaderUrl', 'json'] as const };
		expect(help(commands, long)).toMatch(/--clickhouse-reader-url URL {2}URL of.*\n {2}--json {23}Print/);
		expect(help(commands, fly)).toMatch(/--port PORT\s+Port of the collector; .* Default: 7070\. \[FOOTFALL_PORT\]/);
	});

	it('shows the arguments of a command in its usage line', () => {
		expect(help(commands, fly)).toMatch(/^Usage: footfall fly \[OPTIONS\]\n\nFlies\.\n\n {2}--config/);
		const land = { ...fly, name: 'land', operands: { usage: 'PLACE', help: [['PLACE', 'A place.']] as const } };
		expect(help(commands, land)).toMatch(
			/^Usage: footfall land PLACE \[OPTIONS\]\n\nFlies\.\n\n {2}PLACE {17}A place\.\n\n {2}--config/,
		);
	});
});
