/**
 * Entry of the second file, which the tracker loads for what few pages need: options and signals that are not set by
 * default, and batches that an earlier version has stored. Names of the exports may not change, because the browser may
 * have another version of this file than of the first one. Then what is missing is not done.
 */
export { cookieVisitor, writeCookie } from './cookie.js';
export { cleanHash } from './hash.js';
export { leavePage } from './reading.js';
export { start } from './start.js';
export { renew } from './upgrade.js';
export { measure as default } from './vitals.js';
