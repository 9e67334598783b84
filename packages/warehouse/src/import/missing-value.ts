/**
 * SQL for whether a value that is not text is missing: programs write NULL in CSV as "NULL", and a missing number in
 * Parquet as NaN.
 *
 * @param text SQL of the value as text
 */
export const isMissing = (text: string) => `lower(trimBoth(${text})) IN ('', 'null', 'nan')`;
