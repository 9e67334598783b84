import { describe, expect, it } from 'vitest';
import { type Finding, findingLines, size } from './finding.js';
import { type Disk, judgeDisk } from './judge-disk.js';
import { judgeMemory, judgeOpenFiles } from './judge-limits.js';
import { judgeNative } from './judge-native.js';
import { judgePorts, type TriedPort } from './judge-ports.js';
import { judgeNode, judgeSystem } from './judge-runtime.js';
import { judgeClock, judgeContainer, judgeSettings } from './judge-surroundings.js';
import { socketsOn } from './look-at-ports.js';

const line = ({ state, text, remedy }: Finding) => [state, text, remedy ?? ''].join(' | ');

describe('the lines of a doctor', () => {
	it('align, and end with the result', () => {
		expect(
			findingLines([
				{ subject: 'a', state: 'ok', text: 'fine' },
				{ subject: 'bcd', state: 'fault', text: 'broken', remedy: 'mend it' },
				{ subject: 'e', state: 'warning', text: 'odd', remedy: 'look at it' },
			]),
		).toEqual([
			'ok       a    fine',
			'fault    bcd  broken: mend it',
			'warning  e    odd: look at it',
			'',
			'1 fault and 1 warning: footfall up would not work on this machine as it is.',
		]);
		const last = (...states: Finding['state'][]) =>
			findingLines(states.map((state) => ({ subject: 'a', state, text: '' }))).at(-1);
		expect(last('ok')).toBe('Everything is in order: footfall up works on this machine.');
		expect(last('warning', 'warning')).toBe('2 warnings: footfall up works on this machine.');
	});

	it('show sizes as they are read', () => {
		expect([2 ** 40, 1.5 * 2 ** 30, 300 * 2 ** 20, 4096].map(size)).toEqual(['1 TiB', '1.5 GiB', '300 MiB', '4 KiB']);
	});
});

describe('a doctor judges', () => {
	it.each([
		['20.18.3', 'fault'],
		['18.20.0', 'fault'],
		['20.19.0', 'ok'],
		['22.1.0', 'ok'],
		['23.0.0', 'warning'],
		['24.11.1', 'ok'],
		['26.0.0', 'warning'],
	])('Node.js %s: %s', (version, state) => {
		expect(judgeNode(version).state).toBe(state);
	});

	it.each([
		['linux', 'x64', '2.36', true, 'ok'],
		['linux', 'arm64', '2.36', true, 'warning'],
		['darwin', 'arm64', undefined, true, 'warning'],
		['linux', 'x64', undefined, true, 'fault'],
		['linux', 'x64', undefined, false, 'warning'],
		['win32', 'x64', undefined, true, 'fault'],
	])('%s/%s with glibc %s, embedded: %s: %s', (os, cpu, glibc, isEmbedded, state) => {
		expect(judgeSystem({ os, cpu, glibc: false }, glibc, isEmbedded).state).toBe(state);
	});

	it('native parts, of which only some are needed', () => {
		const fails = { kind: 'fails', why: 'no such file' } as const;
		expect(line(judgeNative('clickhouse', fails))).toMatch(/^fault \| no such file \| install .* CLICKHOUSE_URL/);
		expect(line(judgeNative('kernel', fails))).toMatch(/^fault /);
		expect(line(judgeNative('zstd', fails))).toMatch(/^warning /);
		expect(line(judgeNative('landlock', fails))).toMatch(/^warning /);
		expect(line(judgeNative('engine', { kind: 'limited', text: 'slow', remedy: 'buy' }))).toBe('warning | slow | buy');
		expect(line(judgeNative('engine', { kind: 'works', text: 'loads' }))).toBe('ok | loads | ');
	});

	it('ports that are free, taken, given twice, or those of the Footfall that runs', () => {
		const port = (port: number, flag: string, more: Partial<TriedPort> = {}) => ({
			...{ host: '127.0.0.1', port, flag, refusal: undefined, listener: undefined, ...more },
		});
		const free = [port(1, '--port'), port(0, '--clickhouse-port')];
		expect(judgePorts(free, undefined).map(line)).toEqual(['ok | 1 is free, --clickhouse-port any free port | ']);
		const listener = { pid: 5, name: 'nginx', parentPid: 1 };
		const taken = port(2, '--admin-port', { refusal: 'Taken: stop it.', listener });
		expect(judgePorts([taken], undefined).map(line)).toEqual([
			'fault | 2 cannot be opened (by nginx, process 5) | Taken: stop it',
		]);
		for (const [ownerPid, state] of [
			[5, 'ok'],
			[1, 'ok'],
			[7, 'fault'],
		] as const)
			expect(judgePorts([taken], ownerPid).map((each) => each.state)).toEqual([state]);
		const twice = [port(3, '--port', { host: '0.0.0.0' }), port(3, '--dashboard-port')];
		expect(judgePorts(twice, undefined).map(line)[0]).toMatch(/^fault \| --port and --dashboard-port are both 3/);
		const apart = [port(3, '--port', { host: '::1' }), port(3, '--dashboard-port')];
		expect(judgePorts(apart, undefined).map(({ state }) => state)).toEqual(['ok']);
	});

	it('finds the sockets that listen on a port', () => {
		const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1B9E 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0
   1: 0100007F:1B9E 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0
   2: 0100007F:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0\n`;
		expect([7070, 443, 444].map((port) => socketsOn(port, table))).toEqual([['4711'], ['4713'], []]);
	});

	const disk: Disk = {
		...{ directory: '/d', tried: '/d', unwritable: undefined, freeBytes: 9 * 2 ** 30, type: 0xef53 },
		fsyncMs: [3, 1, 2],
	};
	it.each([
		['a good disk', {}, ['ok', 'ok']],
		['one that cannot be written', { unwritable: 'EROFS' }, ['fault']],
		['one that is full', { freeBytes: 2 ** 20 }, ['fault', 'ok']],
		['one that a full log would fill', { freeBytes: 4 * 2 ** 30 }, ['warning', 'ok']],
		['a slow one', { fsyncMs: [1, 501, 2] }, ['ok', 'warning']],
		['memory', { type: 0x01021994 }, ['ok', 'ok', 'warning']],
		['a network file system', { type: 0x6969 }, ['ok', 'ok', 'warning']],
	])('%s', (_, given, states) => {
		expect(judgeDisk({ ...disk, ...given }, 4 * 2 ** 30).map(({ state }) => state)).toEqual(states);
	});

	it('limits of open files', () => {
		const bounds = { connections: 9_872, wanted: 50_000, isFew: false, raise: 'raise it' };
		expect(judgeOpenFiles(undefined, bounds).state).toBe('ok');
		expect(judgeOpenFiles(20_000, bounds).state).toBe('ok');
		expect(line(judgeOpenFiles(1_024, { ...bounds, isFew: true }))).toMatch(
			/^warning .* instead of 50000 \| raise it$/,
		);
		expect(judgeOpenFiles(128, { ...bounds, isFew: true }).state).toBe('fault');
	});

	it.each([
		[512, 256, 'fault'],
		[1_024, 512, 'warning'],
		[4_096, 2_048, 'ok'],
		[128, undefined, 'fault'],
		[300, undefined, 'warning'],
		[512, undefined, 'ok'],
	])('%s MiB of memory, of which ClickHouse takes %s: %s', (total, engine, state) => {
		const engineBytes = engine === undefined ? undefined : engine * 2 ** 20;
		expect(judgeMemory({ totalBytes: total * 2 ** 20, isLimited: true, engineBytes }).state).toBe(state);
	});

	it.each([
		['ok', {}],
		['fault', { nowMs: 0 }],
		['fault', { newestDataMs: Date.parse('2026-03-01T12:02:00Z') }],
		['ok', { newestDataMs: Date.parse('2026-03-01T12:00:30Z') }],
		['warning', { driftMs: -300 }],
		['warning', { serverAheadMs: -9_000 }],
	])('a clock: %s with %o', (state, given) => {
		const nowMs = Date.parse('2026-03-01T12:00:00Z');
		const clock = { nowMs, newestDataMs: undefined, driftMs: 1, timeZone: 'UTC', serverAheadMs: undefined };
		expect(judgeClock({ ...clock, ...given }).state).toBe(state);
	});

	it('containers, whose own file system is lost with them', () => {
		expect(judgeContainer({ sign: undefined, isDataInside: false }).state).toBe('ok');
		expect(judgeContainer({ sign: '/.dockerenv', isDataInside: false }).state).toBe('ok');
		expect(judgeContainer({ sign: '/.dockerenv', isDataInside: true }).state).toBe('warning');
	});

	it('settings: each fault, each path that does not exist, and a secret that others can read', () => {
		const facts = { faults: [], file: 'f.json', isSecretReadable: false, missing: [] };
		expect(judgeSettings(facts).map(line)).toEqual(['ok | valid, f.json included | ']);
		const bad = { faults: ['a', 'b'], missing: [{ flag: '--project', path: 'p' }], isSecretReadable: true };
		expect(judgeSettings({ ...facts, ...bad }).map(line)).toEqual([
			expect.stringMatching(/^fault \| a \|/),
			expect.stringMatching(/^fault \| b \|/),
			'fault | --project: p does not exist | create it, or omit --project',
			'warning | f.json has a secret, and all users of the machine can read it | run chmod 600 f.json',
		]);
	});
});
