import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startCollectorProcess } from '../testing/collector-process.js';
import { frame } from '../testing/frames.js';
import { connectRaw, postHead } from '../testing/raw-connection.js';

/** Maximum heap growth of the collector, bytes. A body of 10,000 invalid events used to take a megabyte of objects. */
const heapMebibytes = 128;
const senders = 4_500;

it('the collector answers thousands of bodies at once without filling its heap', async () => {
	const walDirectory = mkdtempSync(join(tmpdir(), 'footfall-bodies-'));
	const { NODE_OPTIONS = '' } = process.env;
	process.env.NODE_OPTIONS = `${NODE_OPTIONS} --max-old-space-size=${heapMebibytes}`;
	const starting = startCollectorProcess({ url: 'http://127.0.0.1:9' }, { walDirectory });
	process.env.NODE_OPTIONS = NODE_OPTIONS;
	const collector = await starting;
	const body = `[${Array.from({ length: 10_000 }, () => '{}').join()}]`;
	const whole = Buffer.from(postHead('/v1/events', `Content-Length: ${body.length}`) + body);
	const statuses = await Promise.all(
		Array.from({ length: senders }, async () => {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(whole);
			await connection.receive(/^HTTP\/1\.1 \d+ .*\r\n\r\n/s);
			connection.leave();
			return connection.received.slice(9, 12);
		}),
	);
	expect(statuses).toHaveLength(senders);
	expect(statuses.filter((status) => status !== '422' && status !== '503')).toEqual([]);
	expect(statuses).toContain('422');
	expect((await fetch(`${collector.adminUrl}/livez`)).status).toBe(200);
	const reply = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame() });
	expect(await reply.json()).toEqual(['ack', 11, 0, 'stored']);
	await collector.kill('SIGKILL');
	rmSync(walDirectory, { recursive: true, force: true });
});
