import { type AnswerOptions, type Warehouse, WarehouseError } from '@footfall/warehouse';

/** Error codes of ClickHouse for a column or a table that the database does not have. */
const missingCodes: readonly unknown[] = [47, 60];

/**
 * The rows of a statement in the marts database. A statement that names what only Footfall's database has, such as a
 * table of the transforms or a receipt of an event, reads that database. ClickHouse refuses such a statement before it
 * sends any rows.
 */
export async function* answerOf(
	marts: Warehouse,
	whole: Warehouse,
	statement: string,
	options: AnswerOptions,
): AsyncGenerator<Buffer> {
	let hasRows = false;
	try {
		for await (const rows of marts.answer(statement, options)) {
			hasRows = true;
			yield rows;
		}
	} catch (error) {
		const isMissing = error instanceof WarehouseError && missingCodes.includes(error.code);
		if (hasRows || !isMissing || marts === whole) throw error;
		yield* answerFrom(whole, statement, options, error);
	}
}

/** The rows of a statement in Footfall's database. @throws `fault` if it lacks the column or table as well */
async function* answerFrom(
	whole: Warehouse,
	statement: string,
	options: AnswerOptions,
	fault: WarehouseError,
): AsyncGenerator<Buffer> {
	try {
		yield* whole.answer(statement, options);
	} catch (error) {
		throw error instanceof WarehouseError && missingCodes.includes(error.code) ? fault : error;
	}
}
