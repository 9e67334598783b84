import { testBareRoots } from '../support/bare-root-suite.js';

// Its glibc is older than that for which uWebSockets.js is built for Node.js 22 and later.
testBareRoots('bookworm', { 20: 'uws', 22: 'node', 24: 'node' });
