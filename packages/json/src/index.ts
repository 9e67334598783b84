export { nearest } from './nearest.js';
export { quoted, withoutUrl } from './quoted.js';
export { type ReadJson, readJson } from './read-json.js';
export type { JsonFault, JsonOptions, JsonPlace } from './scan-json.js';
