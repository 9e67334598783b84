import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { installNode } from '../support/other-node.js';
import { describeApplication } from './support/application-suite.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-astro-node-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const [major = 0] = process.versions.node.split('.').map(Number);

describeApplication('astro', {
	collectorVariable: 'PUBLIC_FOOTFALL_COLLECTOR',
	withPort: (command, port) => `${command} -- --port ${port} --host 127.0.0.1`,
	// Astro refuses Node 20, on which Footfall runs.
	...(major < 24 && { nodeFolder: () => dirname(installNode('24', scratch)) }),
});
