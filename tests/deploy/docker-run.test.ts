import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withinDescriptors } from '../../packages/collector/src/accept/transport/descriptors.js';
import { collectorDefaults } from '../../packages/collector/src/options.js';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
import { lastValue, readUnit, spanMs } from './support/unit-file.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const guide = read('docker/README.md').split('## One container\n')[1] ?? '';
const dockerfile = read('docker/Dockerfile');

/** The words of the command, with its flags as pairs of name and value. */
function readCommand(): { flags: [string, string][]; image: string | undefined } {
	const [line = ''] = /^docker run [^`]+$/m.exec(guide) ?? [];
	const words = line.replaceAll(/\\\n/g, ' ').replaceAll('"', '').trim().split(/\s+/).slice(2);
	const flags: [string, string][] = [];
	let image: string | undefined;
	for (let at = 0; at < words.length; at++) {
		const word = words[at] ?? '';
		if (!word.startsWith('--')) image = word;
		else if (['--detach', '--read-only'].includes(word)) flags.push([word, '']);
		else flags.push([word, words[++at] ?? '']);
	}
	return { flags, image };
}

describe('docker run of one container', () => {
	const { flags, image } = readCommand();
	const valuesOf = (flag: string) => flags.filter(([name]) => name === flag).map(([, value]) => value);

	it('starts the image that the line before builds', () => {
		expect(guide).toContain(`--target ${image} --tag ${image} .`);
		expect(dockerfile).toMatch(new RegExp(` AS ${image}$`, 'm'));
		const [, entry = '[]'] = /^ENTRYPOINT (\[.+)$/m.exec(dockerfile) ?? [];
		expect(guide).toContain(`docker exec ${image} ${JSON.parse(entry).join(' ')} `);
	});

	it('has the restrictions of the stack', () => {
		const { 'x-footfall': stack } = parse(read('docker/compose.yaml')) as {
			'x-footfall': {
				read_only: boolean;
				tmpfs: string[];
				cap_drop: string[];
				security_opt: string[];
				restart: string;
			};
		};
		expect(flags).toContainEqual(['--read-only', '']);
		expect(stack.read_only).toBe(true);
		expect(valuesOf('--tmpfs')).toEqual(stack.tmpfs);
		expect(valuesOf('--cap-drop')).toEqual(stack.cap_drop);
		expect(valuesOf('--security-opt')).toEqual(stack.security_opt.map((option) => option.replace(':true', '')));
		expect(valuesOf('--restart')).toEqual([stack.restart]);
		for (const published of valuesOf('--publish')) expect(published).toMatch(/^127\.0\.0\.1:/);
	});

	it('has time to stop, and descriptors for the connections, as the unit of everything has', () => {
		const unit = readUnit('footfall-up.service');
		expect(Number(valuesOf('--stop-timeout')[0]) * 1_000).toBe(spanMs(lastValue(unit, 'Service.TimeoutStopSec')));
		const [soft] = valuesOf('--ulimit')[0]?.replace('nofile=', '').split(':').map(Number) ?? [];
		expect(withinDescriptors(collectorDefaults, soft)).toBe(collectorDefaults);
	});

	it('keeps the data of the image in a volume, and gives settings that the command has', () => {
		const [, data] = /^VOLUME (\S+)$/m.exec(dockerfile) ?? [];
		expect(valuesOf('--volume')).toEqual([`footfall:${data}`]);
		const environment = Object.fromEntries(valuesOf('--env').map((pair) => pair.split('=') as [string, string]));
		const [, json = '[]'] = /^CMD (\["up".+)$/m.exec(dockerfile) ?? [];
		const request = parseArguments(commands, JSON.parse(json), environment, () => ({ kind: 'absent' }));
		expect(request).toMatchObject({
			kind: 'run',
			origins: { dashboardHost: 'environment', dashboardToken: 'environment' },
			warnings: [],
		});
		const [, settings = '{}'] =
			/```json\n([\s\S]*?)```/.exec(read('README.md').split('## Configuration\n')[1] ?? '') ?? [];
		const [, file = ''] = /FOOTFALL_CONFIG=(\S+?)`/.exec(guide) ?? [];
		const withFile = { ...environment, FOOTFALL_CONFIG: file };
		const named = parseArguments(commands, ['up'], withFile, (path) =>
			path === '/etc/footfall.json' ? { kind: 'text', text: settings } : { kind: 'absent' },
		);
		expect(named).toMatchObject({ kind: 'run', origins: { sites: 'file' } });
	});
});
