import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engines } from './testing/engines.js';
import { startTestCollector } from './testing/test-collector.js';
import { unreachableWarehouse } from './testing/unreachable-warehouse.js';

describe.each(engines)('a collector on $name', ({ name }) => {
	it('the metrics name the engine, and nothing is logged about it', async () => {
		const collector = await startTestCollector(unreachableWarehouse(), { httpEngine: name });
		expect(await collector.metric(`footfall_http_engine{engine="${name}"}`)).toBe(1);
		expect(collector.messages).toEqual([]);
		await collector.remove();
	});
});

describe('a system on which uWebSockets.js does not load', () => {
	const directory = mkdtempSync(join(tmpdir(), 'footfall-engine-'));
	afterAll(() => rmSync(directory, { recursive: true, force: true }));

	const hooks = `export async function resolve(specifier, context, next) {
	if (specifier === 'uWebSockets.js') throw new Error("libc.so.6: version \`GLIBC_9.99' not found");
	return next(specifier, context);
}`;
	const program = `
import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
const { startCollector } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
const log = [];
const say = (fields, message) => log.push(message);
const [httpEngine, walDirectory] = process.argv.slice(1);
const report = (result) => {
	process.stdout.write(JSON.stringify({ ...result, log }));
	process.exit(0);
};
try {
	const { publicUrl } = await startCollector({
		port: 0, adminPort: 0, walDirectory, httpEngine, connectionsMax: 100,
		sites: [{ key: 'shop', origins: 'any' }], trackerScript: new Uint8Array(), visitorSecret: 'the secret of the tests',
		logger: { info: say, warn: say, error: say }, warehouse: {},
	});
	report({ status: (await fetch(publicUrl + '/footfall.js')).status });
} catch (error) {
	report({ refusal: error.message });
}`;

	function start(httpEngine: string): { status?: number; refusal?: string; log: string[] } {
		const argument = ['--input-type=module', '--eval', program, httpEngine, join(directory, httpEngine)];
		const { stdout, stderr } = spawnSync(process.execPath, argument, { encoding: 'utf8' });
		if (stdout === '') throw new Error(stderr);
		return JSON.parse(stdout);
	}

	it('auto serves with Node, and says once why and what it costs', () => {
		const { status, log } = start('auto');
		expect(status).toBe(200);
		expect(log).toHaveLength(1);
		expect(log[0]).toMatch(
			/serves HTTP with Node\.js itself, at a fifth \(compressed frames of one event\) to all \(frames of 50 events\) of the throughput of uWebSockets\.js, .* needs glibc 9\.99 or later, and this system has/,
		);
	});

	it('node serves, and says nothing', () => {
		expect(start('node')).toEqual({ status: 200, log: [] });
	});

	it('uws is refused with the reason and what to do', () => {
		const { refusal, log } = start('uws');
		expect(refusal).toMatch(/uWebSockets\.js does not load: .*glibc 9\.99.*Use --http-engine node/);
		expect(log).toEqual([]);
	});
});
