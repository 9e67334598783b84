/**
 * Entry of the file `footfall-datalayer.js`, which the second file loads in pages that want the signal `datalayer`. The
 * name of the export may not change, because the browser may have another version of this file than of the second one.
 */
export { watchLayers } from './watch.js';
