import { describeApplications } from './support/applications-suite.js';
import { startFixture } from './support/tracker-visit.js';

describeApplications(startFixture);
