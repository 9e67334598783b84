import { testBareRoots } from '../support/bare-root-suite.js';

testBareRoots('trixie', { 20: 'uws', 22: 'uws', 24: 'uws' });
