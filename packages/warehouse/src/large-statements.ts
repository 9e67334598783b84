/**
 * Bounds of ClickHouse on the text of a statement, for statements with the SQL of definitions, of many models or of
 * many time partitions. ClickHouse has lower ones by default. With these it refuses runs with large definitions, and
 * statements that read the view `stg_events` of the largest.
 */
export const largeStatements = {
	max_query_size: 16 * 1024 * 1024,
	max_ast_elements: 1_000_000,
	max_expanded_ast_elements: 4_000_000,
} as const satisfies Readonly<Record<string, number>>;
