import { collectorDefaults } from '@footfall/collector';
import { describe, expect, it } from 'vitest';
import { collectorOptions } from '../settings/option-groups.js';
import { readSettings } from '../settings/read-settings.js';
import { collectorSettings } from './collector-settings.js';

function settingsOf(flags: Record<string, string>) {
	const result = readSettings(collectorOptions, {
		flags,
		environment: {},
		file: { path: undefined, values: new Map() },
	});
	if (!result.ok) throw new Error(result.faults.join('\n'));
	return collectorSettings(result.settings);
}

describe('collectorSettings', () => {
	it('has the same defaults as the collector', () => {
		expect(collectorDefaults).toMatchObject(settingsOf({}));
	});

	it('passes on every option of the collector', () => {
		expect(Object.keys(settingsOf({}))).toHaveLength(collectorOptions.length);
		expect(
			settingsOf({ 'trusted-proxies': '127.0.0.1, 10.0.0.0/8', 'address-rate': '5/6', 'visitor-rate': '7/8' }),
		).toMatchObject({
			trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
			addressRate: { eventsPerSecond: 5, burstEvents: 6 },
			visitorRate: { eventsPerSecond: 7, burstEvents: 8 },
		});
		expect(settingsOf({ 'country-database': 'data/country.mmdb' })).toMatchObject({
			countryDatabase: 'data/country.mmdb',
		});
		expect(settingsOf({ 'wal-bytes': '64MiB', 'commit-delay-ms': '0' })).toMatchObject({
			walBytes: 67_108_864,
			commitDelayMs: 0,
		});
	});

	it('takes each engine, and refuses any other', () => {
		for (const engine of ['uws', 'node', 'auto']) {
			expect(settingsOf({ 'http-engine': engine })).toMatchObject({ httpEngine: engine });
		}
		expect(() => settingsOf({ 'http-engine': 'ws' })).toThrow('--http-engine: must be uws, node or auto');
	});

	it('refuses invalid rates and networks', () => {
		for (const rate of ['', '0/1', '1', '1/', '1/0', '-1/1', '1/1/1']) {
			expect(() => settingsOf({ 'address-rate': rate })).toThrow('--address-rate');
		}
		for (const list of ['proxy', '10.0.0.0/33', '10.0.0.7,', '10.0.0.0/8/8']) {
			expect(() => settingsOf({ 'trusted-proxies': list })).toThrow('--trusted-proxies');
		}
	});

	it('accepts a byte rate as two sizes, and reports the flag of an invalid rate', () => {
		expect(settingsOf({ 'address-bytes': '512KiB/2 MiB' })).toMatchObject({
			addressBytes: { bytesPerSecond: 524_288, burstBytes: 2_097_152 },
		});
		expect(settingsOf({ 'address-bytes': '1048576/1048576' })).toMatchObject({
			addressBytes: { bytesPerSecond: 1_048_576, burstBytes: 1_048_576 },
		});
		for (const rate of ['', '2MiB', '2MiB/', '/16MiB', '2MB/16MB', '0/16MiB', '2MiB/1023KiB', '1MiB/2MiB/3MiB']) {
			expect(() => settingsOf({ 'address-bytes': rate })).toThrow('--address-bytes');
		}
	});

	it('accepts WAL sizes from 64 MiB to 1 PiB, and commit delays from 0 to 1000 ms', () => {
		for (const size of ['67108864', '1PiB']) expect(() => settingsOf({ 'wal-bytes': size })).not.toThrow();
		for (const size of ['67108863', '2PiB']) expect(() => settingsOf({ 'wal-bytes': size })).toThrow('64MiB to 1PiB');
		expect(settingsOf({ 'commit-delay-ms': '1000' })).toMatchObject({ commitDelayMs: 1_000 });
		expect(() => settingsOf({ 'commit-delay-ms': '1001' })).toThrow('a whole number from 0 to 1000');
	});
});
