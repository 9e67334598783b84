import { dirname } from 'node:path';
import { nodeOf } from '../../scripts/nodes.js';
import { describeApplication } from './support/application-suite.js';

const [major = 0] = process.versions.node.split('.').map(Number);

describeApplication('astro', {
	collectorVariable: 'PUBLIC_FOOTFALL_COLLECTOR',
	withPort: (command, port) => `${command} -- --port ${port} --host 127.0.0.1`,
	// Astro refuses Node 20, on which Footfall runs.
	...(major < 24 && { nodeFolder: () => dirname(nodeOf('24')) }),
});
