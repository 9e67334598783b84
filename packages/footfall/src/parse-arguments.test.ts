import { describe, expect, it } from 'vitest';
import { defineCommand, help } from './command.js';
import { parseArguments } from './parse-arguments.js';

const fly = defineCommand({
	name: 'fly',
	summary: 'Flies.',
	options: ['port', 'sites', 'clickhouseUrl'],
	run: async () => 0,
});
const commands = [fly];
const parse = (words: string[], environment: Record<string, string> = {}) =>
	parseArguments(commands, words, environment);

describe('parseArguments', () => {
	it('takes a flag before a variable before the default', () => {
		expect(parse(['fly'])).toMatchObject({ kind: 'run', settings: { port: 7070 } });
		expect(parse(['fly'], { FOOTFALL_PORT: '1' })).toMatchObject({ settings: { port: 1 } });
		expect(parse(['fly', '--port', '2'], { FOOTFALL_PORT: '1' })).toMatchObject({ settings: { port: 2 } });
		expect(parse(['fly', '--port=3'])).toMatchObject({ settings: { port: 3 } });
		expect(parse(['fly'], { FOOTFALL_PORT: '' })).toMatchObject({ settings: { port: 7070 } });
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

	it('names every fault at once', () => {
		const request = parse(['fly', '--port', 'x'], { FOOTFALL_SITES: 'a b' });
		expect(request).toMatchObject({
			kind: 'fault',
			lines: [expect.stringContaining('--port'), expect.stringContaining('FOOTFALL_SITES')],
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
		expect(help(commands, fly)).toMatch(/--port PORT\s+Port of the collector; .* Default: 7070\. \[FOOTFALL_PORT\]/);
	});
});
