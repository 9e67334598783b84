import { build, compileOrThrow } from '@footfall/transforms';
import type { Warehouse } from '@footfall/warehouse';
import { type Recount, recounts } from './recount.js';

/**
 * Runs the transforms and compares every row of every mart with a recount from raw.
 *
 * @returns `equal`, or the first difference in words
 */
export async function verifyMarts(warehouse: Warehouse): Promise<string> {
	const { outcome, tests } = await build(warehouse, compileOrThrow());
	if (outcome !== 'published') {
		const failed = tests.filter(({ failingRows }) => failingRows > 0).map(({ name }) => name);
		return `the run was ${outcome} ${failed.join(', ')}`.trim();
	}
	for (const recount of recounts) {
		const difference = await compare(warehouse, recount);
		if (difference !== undefined) return difference;
	}
	return 'equal';
}

async function compare(warehouse: Warehouse, { mart, key, columns, fromRaw }: Recount): Promise<string | undefined> {
	const shown = await warehouse.query(`SELECT * FROM (SELECT ${columns} FROM ${mart}) ORDER BY ${key}`);
	const counted = await warehouse.query(`SELECT * FROM (${fromRaw}) ORDER BY ${key}`);
	if (shown.length === 0) return `${mart} is empty`;
	for (let i = 0; i < Math.max(shown.length, counted.length); i++) {
		const [is, shouldBe] = [JSON.stringify(shown[i]), JSON.stringify(counted[i])];
		if (is !== shouldBe) return `${mart} has ${is} where a recount has ${shouldBe}`;
	}
	return undefined;
}
