export * from './collector-process.js';
export { Gate } from './gate.js';
