/** Beginnings of the `segment` of rows that no collector received, but that were imported or simulated. */
export const importPrefix = 'import-';
export const historyPrefix = 'history-';

/**
 * SQL condition of the rows of `events` that were imported or simulated. Their `received_at` may lie years before they
 * were inserted, so they say nothing about how long events of pages wait.
 */
export const isImported = `(startsWith(segment, '${importPrefix}') OR startsWith(segment, '${historyPrefix}'))`;
