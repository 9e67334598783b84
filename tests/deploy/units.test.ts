import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withinDescriptors } from '../../packages/collector/src/accept/transport/descriptors.js';
import { collectorDefaults } from '../../packages/collector/src/options.js';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
import { exitCodes } from '../../packages/footfall/src/terminal/exit-code.js';
import {
	argumentsOf,
	environmentOf,
	installedCommand,
	lastValue,
	readUnit,
	services,
	spanMs,
	unitFolder,
} from './support/unit-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-units-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Exposure of a unit by systemd's own measure, in tenths, above which the test fails. They have 13 and 14. */
const exposureMax = 15;

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) console.warn('Skipped: systemd-analyze is not installed (on Debian: apt-get install systemd).');

/** A copy of the units whose program exists, with a change. */
function copied(name: string, change: (text: string) => string = (text) => text): string {
	const folder = join(scratch, name);
	cpSync(unitFolder, folder, { recursive: true });
	for (const file of readdirSync(folder).filter((each) => each.endsWith('.service'))) {
		const path = join(folder, file);
		writeFileSync(path, change(readFileSync(path, 'utf8')).replaceAll(installedCommand, process.execPath));
	}
	return folder;
}

function verify(folder: string): string {
	const units = readdirSync(folder).filter((name) => /\.(service|target)$/.test(name));
	const files = units.map((name) => join(folder, name));
	const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
		encoding: 'utf8',
	});
	return `${status} ${stdout}${stderr}`.trim();
}

function exposure(folder: string, service: string): { status: number | null; text: string } {
	const words = ['security', '--offline=yes', `--threshold=${exposureMax}`, join(folder, `${service}.service`)];
	const { status, stdout, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
	return { status, text: stdout + stderr };
}

describe('the units', () => {
	it.runIf(hasSystemd)('are what systemd understands', () => {
		expect(verify(copied('verified'))).toBe('0');
		const misspelt = copied('misspelt', (text) => text.replace('StateDirectory=', 'StateFolder='));
		expect(verify(misspelt)).toContain('StateFolder');
	});

	it.runIf(hasSystemd).each(services)('%s is exposed to little, by the measure of systemd', (service) => {
		const { status, text } = exposure(copied(`measured-${service}`), service);
		expect(status, text).toBe(0);
	});

	it.runIf(hasSystemd)('would be exposed to more without their common drop-in', () => {
		const folder = copied('bare');
		rmSync(join(folder, 'footfall-.service.d'), { recursive: true });
		expect(exposure(folder, 'footfall-up').status).not.toBe(0);
	});

	const directories = { credentials: '/run/credentials/unit', state: '/var/lib' };

	it.each(services)('%s runs a command with settings that the command has', (service) => {
		const unit = readUnit(`${service}.service`);
		const environment = environmentOf(unit, directories);
		const [name, file] = (lastValue(unit, 'Service.LoadCredential') ?? '').split(':');
		const example = join(unitFolder, 'settings', (file ?? '').replace('/etc/footfall/', '').replace('.json', '.jsonc'));
		const request = parseArguments(commands, argumentsOf(unit), environment, (path) =>
			path === `/run/credentials/unit/${name}`
				? { kind: 'text', text: readFileSync(example, 'utf8').replaceAll(/<[^>]+>/g, 'replaced-0123456789') }
				: { kind: 'absent' },
		);
		expect(request).toMatchObject({ kind: 'run', origins: { config: 'environment' }, warnings: [] });
		const usesState = lastValue(unit, 'Service.StateDirectory') !== undefined;
		expect(environment.FOOTFALL_DATA).toBe(usesState ? '/var/lib/footfall' : undefined);
		if (!usesState) expect(lastValue(unit, 'Service.InaccessiblePaths')).toBe('-%S/footfall');
	});

	it('start everything in one service, or each part in its own', () => {
		const verbs = services.map((service) => argumentsOf(readUnit(`${service}.service`)).join(' ')).sort();
		expect(verbs).toEqual(['collector', 'dashboard', 'migrate', 'transforms build --watch', 'up']);
	});

	it('leave time for a stop, and descriptors for the connections', () => {
		// The collector is killed 2 s after its own limit, and the embedded ClickHouse 8 s after it was asked.
		const collectorMs = collectorDefaults.stopMs + 2_000;
		const stopMs = (service: string) => spanMs(lastValue(readUnit(`${service}.service`), 'Service.TimeoutStopSec'));
		expect(stopMs('footfall-collector')).toBeGreaterThanOrEqual(collectorMs + 5_000);
		expect(stopMs('footfall-up')).toBeGreaterThanOrEqual(collectorMs + 8_000 + 10_000);
		for (const service of services) {
			const unit = readUnit(`${service}.service`);
			const descriptors = Number(lastValue(unit, 'Service.LimitNOFILE'));
			expect(withinDescriptors(collectorDefaults, descriptors)).toBe(collectorDefaults);
			expect(lastValue(unit, 'Service.RestartPreventExitStatus')).toBe(String(exitCodes.usage));
			expect(lastValue(unit, 'Service.SuccessExitStatus')).toBe(String(exitCodes.interrupted));
			expect(lastValue(unit, 'Service.KillMode')).toBe('mixed');
		}
	});
});
