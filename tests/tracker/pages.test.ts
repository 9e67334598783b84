import { describePages } from './support/pages-suite.js';
import { startFixture } from './support/tracker-visit.js';

describePages(startFixture);
