import { type DataTest, type Model, type OwnFile, replaceReferences } from '../../compile/model.js';
import { type Partitions, rangesOf } from '../../plan/manifest.js';
import { fileTest, type RunTestResult, runTestsOfRun } from '../data-tests.js';
import { settingsOf } from '../run-context.js';
import { asPublished } from '../run-sql.js';
import { boundsOf, deferralOf, faultOf } from './own-bounds.js';
import { type OwnWork, rowWords } from './own-work.js';

/**
 * Runs the data tests of the project folder that read a model whose rows the run has changed. A test reads, of every
 * model in it, the rows of the days that changed in any of them.
 *
 * @param onFailure called for each own model that a failed test reads and that the run has computed
 */
export async function testOwn(
	work: OwnWork,
	onFailure: (model: Model, words: string, outcome: 'failed' | 'deferred') => Promise<void>,
): Promise<RunTestResult[]> {
	const results: RunTestResult[] = [];
	for (const test of work.context.project.own.tests) {
		const days = daysOf(test, work);
		const isReadable = test.reads.every((name) => !work.faults.has(name));
		if (days.length === 0 || !isReadable) continue;
		const { result, words, isDeferred } = await runTest(work, test, days);
		results.push(...result);
		if (words === undefined || work.ignoreTests) continue;
		for (const model of work.context.project.own.models)
			if (test.reads.includes(model.name) && work.made.has(model.name) && !work.faults.has(model.name))
				await onFailure(model, words, isDeferred ? 'deferred' : 'failed');
	}
	return results;
}

async function runTest(
	work: OwnWork,
	test: DataTest,
	days: Partitions,
): Promise<{ result: RunTestResult[]; words: string | undefined; isDeferred?: true }> {
	const { context, all, limits } = work;
	const own = test.own as OwnFile;
	const query = fileTest(test, context.project, (model, extent, sql) =>
		asPublished(model, all, extent === 'all' ? 'all' : model.partition === 'week' ? weeksOf(days) : days, sql),
	);
	const bounds = boundsOf(own, limits, work.budgets?.tests);
	try {
		const settings = settingsOf({ settings: context.settings, bounds });
		const result = await runTestsOfRun(context.warehouse, [query], settings);
		const failed = result.find(({ failingRows }) => failingRows > 0);
		const words =
			failed && `${own.file}: the data test returns ${rowWords(failed.failingRows)}; correct the model or the test`;
		return { result, words };
	} catch (error) {
		const deferred = deferralOf(error, own, limits, bounds);
		if (deferred !== undefined) return { result: [], words: deferred, isDeferred: true };
		const words = faultOf(error, own, limits, 0);
		if (words === undefined) throw error;
		return { result: [{ name: test.name, failingRows: 1, culprits: [] }], words };
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

/** The weeks of some days. */
const weeksOf = (days: Partitions): Partitions =>
	rangesOf(
		days.flatMap(({ from, to }) =>
			Array.from({ length: to - from + 1 }, (_, i) => from + i - ((((from + i + 3) % 7) + 7) % 7)),
		),
		7,
	);
