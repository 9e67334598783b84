import { describeDelivery } from './support/delivery-suite.js';
import { startFixture } from './support/tracker-visit.js';

describeDelivery(startFixture);
