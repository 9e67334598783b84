import { describeCapture } from './support/capture-suite.js';
import { startFixture } from './support/tracker-visit.js';

describeCapture(startFixture);
