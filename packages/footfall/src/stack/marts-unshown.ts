/** The log message for a fault of the marts database. */
export const martsUnshown =
	'the database for people does not show the marts as they are; they are complete in the database of CLICKHOUSE_URL';

/** A function that tells whether a fault is another one than that of the call before. */
export function newsOf(): (fault: string | undefined) => boolean {
	let told: string | undefined;
	return (fault) => {
		const isNew = fault !== undefined && fault !== told;
		told = fault;
		return isNew;
	};
}
