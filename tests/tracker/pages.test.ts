import { describeDataLayer } from './support/data-layer-suite.js';
import { describePages } from './support/pages-suite.js';
import { startFixture } from './support/tracker-visit.js';

describePages(startFixture);
describeDataLayer(startFixture);
