import type { Judged } from '../../plan/plan.js';

/** The form of `Judged` in the report of a run, as the table of runs stores it. */
export const reportOfJudged = ({ tests, list, hashKey, generation, rendered, own }: Judged): { judged: object } => ({
	judged: { tests, list: list.toString(), hashKey, generation, rendered, ...(own === undefined ? {} : { own }) },
});

/** Reads `Judged` from the JSON in a report. A report of an older version has none: the fields are then empty. */
export function readJudged(text: string): Judged {
	const report = text === '' ? {} : JSON.parse(text);
	const { tests = '', list = '0', hashKey = '', generation = 0, rendered = '', own } = report;
	const judged = { tests, list: BigInt(list), hashKey, generation, rendered };
	return own === undefined ? judged : { ...judged, own };
}

/** The SQL expression for `list` over the column `report`. */
export const listInReport = "toUInt64OrZero(JSONExtractString(report, 'judged', 'list'))";
