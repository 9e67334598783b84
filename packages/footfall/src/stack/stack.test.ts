import type { BuildReport } from '@footfall/transforms';
import { describe, expect, it, vi } from 'vitest';
import { newsOf } from './marts-unshown.js';
import { addressForPages, logProjectFaults, logRun } from './stack.js';

const report: BuildReport = {
	outcome: 'published',
	run: '7',
	why: 'new events',
	kind: 'incremental',
	visitors: 1,
	reread: 0,
	models: [],
	tests: [],
	leftOut: [],
	compaction: undefined,
	own: [],
	removedOwn: [],
	ownTests: [],
	ms: 1,
};

describe('the address of the collector for pages', () => {
	it('is its own, or the wildcard that the page of the dashboard replaces', () => {
		expect(addressForPages('http://127.0.0.1:7070', '127.0.0.1')).toBe('http://127.0.0.1:7070');
		expect(addressForPages('http://127.0.0.1:7070', '0.0.0.0')).toBe('http://0.0.0.0:7070');
		expect(addressForPages('http://127.0.0.1:7070', '::')).toBe('http://[::]:7070');
	});
});

describe('a fault of the marts database', () => {
	it('is news until it has been told, and again when it returns', () => {
		const isNews = newsOf();
		expect([undefined, 'a', 'a', 'b', undefined, 'b'].map(isNews)).toEqual([false, true, false, true, false, true]);
	});
});

describe('logRun', () => {
	it('logs no error for a published run', () => {
		const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
		logRun(report, log);
		expect(log.error).not.toHaveBeenCalled();
	});

	it('logs an error with the visitors that a published run left out', () => {
		const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
		const leftOut = [{ site: 'shop', visitor: '1', reason: 'it has more than 10 events' }];
		logRun({ ...report, leftOut }, log);
		expect(log.error).toHaveBeenCalledWith(
			{ run: '7', leftOut },
			'the marts leave out visitors or sites whose data fails; footfall transforms left-out lists them',
		);
	});

	it('logs an error when the rows of earlier runs could not be copied', () => {
		const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
		logRun({ ...report, compaction: { runs: 9 } }, log);
		expect(log.error).not.toHaveBeenCalled();
		logRun({ ...report, compaction: { runs: 0, error: 'the disk is full' } }, log);
		expect(log.error).toHaveBeenCalledWith(
			{ run: '7', error: 'the disk is full' },
			expect.stringContaining('tries again'),
		);
	});

	it('logs the fault of an own model, and of a data test of the project folder, once', () => {
		const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
		const model = {
			name: 'plans',
			outcome: 'failed' as const,
			rows: 0,
			ms: 1,
			fault: 'plans.sql:7: no',
			isNewFault: true,
		};
		logRun({ ...report, own: [model] }, log);
		expect(log.error.mock.calls).toEqual([
			[{ run: '7', model: 'plans', fault: 'plans.sql:7: no' }, expect.stringContaining('readers see its earlier rows')],
		]);
		logRun({ ...report, own: [{ ...model, isNewFault: false }] }, log);
		expect(log.error).toHaveBeenCalledTimes(1);
		const failed = { name: 'whole', failingRows: 3, fault: 'tests/whole.sql: 3 rows', isNewFault: true };
		const good = { name: 'good', failingRows: 0, fault: undefined, isNewFault: false };
		logRun({ ...report, ownTests: [failed, good] }, log);
		expect(log.error).toHaveBeenLastCalledWith(
			{ run: '7', test: 'whole', fault: 'tests/whole.sql: 3 rows' },
			expect.stringContaining('project folder'),
		);
		logRun({ ...report, ownTests: [{ ...failed, isNewFault: false }] }, log);
		expect(log.error).toHaveBeenCalledTimes(2);
		logProjectFaults(['plans.sql:1: no'], log);
		expect(log.error).toHaveBeenLastCalledWith({ fault: 'plans.sql:1: no' }, expect.stringContaining('has a fault'));
	});

	it('logs a warning with the own models that a run has removed', () => {
		const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
		logRun(report, log);
		expect(log.warn).not.toHaveBeenCalled();
		logRun({ ...report, removedOwn: ['plans'] }, log);
		expect(log.warn).toHaveBeenCalledWith({ run: '7', models: ['plans'] }, expect.stringContaining('were removed'));
	});

	it('logs an error that names the failed data tests', () => {
		const log = { debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
		const tests = [
			{ name: 'good', failingRows: 0 },
			{ name: 'bad', failingRows: 3 },
		];
		logRun({ ...report, outcome: 'tests-failed', tests }, log);
		expect(log.error).toHaveBeenCalledWith(
			{ run: '7', failed: [{ name: 'bad', failingRows: 3 }] },
			'data tests failed; the marts published before remain',
		);
	});
});
