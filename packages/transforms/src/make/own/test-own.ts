import { type DataTest, type Model, type OwnFile, replaceReferences } from '../../compile/model.js';
import { type Partitions, rangesOf } from '../../plan/manifest.js';
import { nextFault, testVersion } from '../../plan/own.js';
import type { OwnFault } from '../../plan/plan.js';
import { fileTest, type RunTestResult, runTestsOfRun } from '../data-tests.js';
import { settingsOf } from '../run-context.js';
import { asPublished } from '../statements/run-sql.js';
import { boundsOf, deferralOf, faultOf } from './own-bounds.js';
import { type OwnTestResult, type OwnWork, rowWords, weeksOf } from './own-work.js';
import { forgetFailures, isOfServer, noteFailure, refuseTwiceFailed } from './server-failures.js';

/**
 * Runs the data tests of the project folder that read a model whose rows the run has changed. A test reads, of every
 * model in it, the rows of the days that changed in any of them. A test that reads own models holds these if it fails.
 * One that reads none has a state of its own: it runs again after a pause, and then tests all days, since some of them
 * were not tested in the meantime.
 *
 * @param onFailure called for each own model that a failed test reads and that the run has computed
 */
export async function testOwn(
	work: OwnWork,
	onFailure: (model: Model, words: string, outcome: 'failed' | 'deferred') => Promise<void>,
): Promise<OwnTestResult[]> {
	const results: OwnTestResult[] = [];
	const { tests, models } = work.context.project.own;
	for (const test of inOrder(tests, work)) {
		const readsOwn = models.some(({ name }) => test.reads.includes(name));
		const task = readsOwn ? undefined : work.plan.tests.get(test.name);
		const days = task === undefined ? daysOf(test, work) : 'all';
		const isReadable = test.reads.every((name) => !work.faults.has(name));
		if (task === 'wait') work.testFaults.set(test.name, work.failing[test.name] as OwnFault);
		if (task === 'wait' || days.length === 0 || !isReadable) continue;
		const { result, words, isDeferred } = await runTest(work, test, days);
		const isNewFault = !readsOwn && words !== undefined && words !== work.failing[test.name]?.words;
		results.push(...result.map((one) => ({ ...one, fault: words, isNewFault })));
		if (words === undefined) continue;
		if (!readsOwn) {
			const now = { words, version: testVersion(test), upstream: '' };
			work.testFaults.set(test.name, nextFault(work.failing[test.name], now, work.nowUs, isDeferred === true));
		} else if (!work.ignoreTests)
			for (const model of models)
				if (test.reads.includes(model.name) && work.made.has(model.name) && !work.faults.has(model.name))
					await onFailure(model, words, isDeferred ? 'deferred' : 'failed');
	}
	return results;
}

/** Tests that an earlier run had no time for come first. */
function inOrder(tests: readonly DataTest[], { failing }: OwnWork): DataTest[] {
	const rank = ({ name }: DataTest) => (failing[name] === undefined ? 1 : failing[name].isDeferred ? 0 : 2);
	return [...tests].sort((a, b) => rank(a) - rank(b));
}

async function runTest(
	work: OwnWork,
	test: DataTest,
	days: Partitions | 'all',
): Promise<{ result: RunTestResult[]; words: string | undefined; isDeferred?: true }> {
	const { context, all, limits } = work;
	const own = test.own as OwnFile;
	const daysIn = ({ partition }: Model) => (days !== 'all' && partition === 'week' ? weeksOf(days) : days);
	const query = fileTest(test, context.project, (model, extent, sql) =>
		asPublished(model, all, extent === 'all' ? 'all' : daysIn(model), sql),
	);
	const bounds = boundsOf(own, limits, work.budgets?.tests);
	const version = testVersion(test);
	try {
		refuseTwiceFailed(own.file, version);
		const settings = settingsOf({ settings: context.settings, bounds });
		const result = await runTestsOfRun(context.warehouse, [query], settings);
		forgetFailures(version);
		const failed = result.find(({ failingRows }) => failingRows > 0);
		const words =
			failed && `${own.file}: the data test returns ${rowWords(failed.failingRows)}; correct the model or the test`;
		return { result, words };
	} catch (error) {
		const deferred = deferralOf(error, own, limits, bounds);
		const words = deferred ?? (isOfServer(error) ? undefined : faultOf(error, own, limits, 0));
		if (words === undefined) noteFailure(version, error);
		if (words === undefined) throw error;
		const result = [{ name: test.name, failingRows: 1, culprits: [] }];
		return deferred === undefined ? { result, words } : { result, words, isDeferred: true };
	}
}

/** The days that changed in any of the models that a test reads. */
function daysOf({ sql }: DataTest, { context, changedNow }: OwnWork): Partitions {
	const days: number[] = [];
	replaceReferences(sql, (name) => {
		const model = context.project.models.find((one) => one.name === name);
		const added = model?.partition === 'week' ? 6 : 0;
		for (const { from, to } of changedNow.get(name) ?? [])
			for (let day = from; day <= to + added; day++) days.push(day);
		return '';
	});
	return rangesOf(days);
}
