export * from './collector-process.js';
export { Gate } from './gate.js';
export { heldBytes } from './heap.js';
export { walFiles } from './wal-files.js';
