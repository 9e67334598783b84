import type { Warehouse } from '@footfall/warehouse';
import type { Project } from './compile.js';
import { ofRun } from './layout.js';

/** How a data test went. */
export interface TestResult {
	name: string;
	/** Rows that should not be there; 0 is a pass. */
	failingRows: number;
}

/** Runs every data test on what a run has made, before anybody else sees it. */
export async function runTests(warehouse: Warehouse, project: Project, run: string): Promise<TestResult[]> {
	const results: TestResult[] = [];
	for (const { name, sql } of project.tests) {
		const rows = await warehouse.query(ofRun(sql, project), { params: { run } });
		results.push({ name, failingRows: rows.length });
	}
	return results;
}
