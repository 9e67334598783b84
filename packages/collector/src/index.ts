export type { Site } from './accept/intake/site-table.js';
export { type Collector, startCollector } from './collector.js';
export type { Logger } from './logger.js';
export { type CollectorDefaults, type CollectorOptions, collectorDefaults } from './options.js';
export { type QuarantinedSegment, quarantinedSegments, restoreSegment } from './wal/quarantined-segments.js';
export { type CollectorGroupOptions, startCollectorGroup } from './workers/collector-group.js';
export { ForkedProcess } from './workers/forked-process.js';
