import { describeApplication } from './support/application-suite.js';

describeApplication('next', { collectorVariable: 'NEXT_PUBLIC_FOOTFALL_COLLECTOR' });
