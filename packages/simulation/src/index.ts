export { type HistoryOptions, planHistory } from './history/plan.js';
export type { HistoryProgress, HistoryResult, HistoryRun } from './history/progress.js';
export { HistoryFileRefusal, historyToFile } from './history/to-file.js';
export { historyToWarehouse } from './history/to-warehouse.js';
export type { LiveCounts } from './live/live-run.js';
export { NoCollector, type SimulateLiveOptions, simulateLive, TooManyShoppers } from './live/simulate-live.js';
