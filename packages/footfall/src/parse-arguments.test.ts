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
	it('takes a flag before a variable before the file before the default', () => {
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

	it('reads the file of --config before that of FOOTFALL_CONFIG before footfall.json', () => {
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

	it('needs the file that is named', () => {
		const lines = (words: string[], environment: Record<string, string> = {}) => {
			const request = parse(['fly', ...words], environment);
			return request.kind === 'fault' && request.lines;
		};
		expect(lines(['--config', 'a.json'])).toEqual(['--config: there is no file "a.json"']);
		expect(lines(['--config='])).toEqual(['--config: there is no file ""']);
		expect(lines([], { FOOTFALL_CONFIG: 'a.json' })).toEqual(['FOOTFALL_CONFIG: there is no file "a.json"']);
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

	it('names every fault of every source at once', () => {
		const request = parse(
			['fly', '--prot', '1', '--sites', '', 'now', '--port', 'x', '--clickhouse-url'],
			{ FOOTFALL_SITES: 'a b', FOOTFALL_PORT: '-1', FOOTFALL_CONFIG: 'f.json' },
			{ 'f.json': '{"port": 70000, "sites": {"c d": "any"}, "hots": "::1", "seconds": 1.5}' },
		);
		const key = 'a site key has 1 to 64 letters, digits, dots, dashes or underscores';
		expect(request).toEqual({
			kind: 'fault',
			lines: [
				'unknown option --prot; footfall fly --help lists them (did you mean --port?)',
				'"now" is not an option; footfall fly --help lists them',
				'--clickhouse-url needs a value; footfall fly --help says which',
				'f.json: "hots" is not a setting; did you mean "host"?',
				`--sites: ${key} (in "") (it is "")`,
				`FOOTFALL_SITES: ${key} (in "a b") (it is "a b")`,
				`f.json: sites: ${key} (in "c d")`,
				'--port: must be a whole number of 0 to 65535 (it is "x")',
				'FOOTFALL_PORT: must be a whole number of 0 to 65535 (it is "-1")',
				'f.json: port: must be a whole number of 0 to 65535 (it is "70000")',
				'f.json: seconds: must be a whole number of 0 to 86400 (it is "1.5")',
			],
		});
	});

	it('takes a flag without a value for true', () => {
		const json = (words: string[], environment: Record<string, string> = {}, inFile = '{}') => {
			const request = parse(['fly', ...words], environment, { 'footfall.json': inFile });
			return request.kind === 'run' ? request.settings.json : request;
		};
		expect(json([])).toBe(false);
		expect(json(['--json'])).toBe(true);
		expect(json(['--json', '--port', '1'])).toBe(true);
		expect(json(['--json=false'], { FOOTFALL_SETTINGS_JSON: 'true' })).toBe(false);
		expect(json([], { FOOTFALL_SETTINGS_JSON: 'true' }, '{"json": false}')).toBe(true);
		expect(json([], {}, '{"json": true}')).toBe(true);
		expect(json(['--json', 'true'])).toEqual({
			kind: 'fault',
			lines: ['"true" is not an option; footfall fly --help lists them'],
		});
		expect(json(['--json=maybe'], { FOOTFALL_SETTINGS_JSON: '1' }, '{"json": [], "port": true}')).toEqual({
			kind: 'fault',
			lines: [
				'footfall.json: port: must be text or a number',
				'--json: must be true or false (it is "maybe")',
				'FOOTFALL_SETTINGS_JSON: must be true or false (it is "1")',
				'footfall.json: json: must be true or false',
			],
		});
	});

	it('asks for help in every usual way', () => {
		for (const words of [[], ['help'], ['--help'], ['-h']]) expect(parse(words)).toEqual({ kind: 'help' });
		expect(parse(['fly', '--port', '1', '--help'])).toEqual({ kind: 'help', command: fly });
		expect(parse(['--version'])).toEqual({ kind: 'version' });
	});
});

describe('help', () => {
	it('lists commands, and the options of one with default and variable', () => {
		expect(help(commands)).toContain('fly         Flies.');
		expect(help(commands, fly)).toMatch(/--config FILE/);
		const long = { ...fly, options: ['clickhouseReaderUrl', 'json'] as const };
		expect(help(commands, long)).toMatch(/--clickhouse-reader-url URL {2}The same.*\n {2}--json {23}Whether/);
		expect(help(commands, fly)).toMatch(/--port PORT\s+Port of the collector; .* Default: 7070\. \[FOOTFALL_PORT\]/);
	});
});
