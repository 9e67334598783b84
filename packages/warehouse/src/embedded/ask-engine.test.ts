import { createServer, type Server } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { askEngine } from './ask-engine.js';

/** Ports that fetch and browsers block, and that any user may open. */
const blockedPorts = [10_080, 6_000, 6_566, 6_665, 6_697, 5_060, 3_659, 2_049];
let server: Server | undefined;
afterAll(() => server?.close());

/** Listens on the first of the ports that is free. */
async function listen(ports: readonly number[]): Promise<number> {
	const [port, ...others] = ports;
	if (port === undefined) throw new Error('none of the ports is free');
	server = createServer((asked, answer) => {
		const isKnown = asked.headers.authorization === 'the password';
		asked.resume().once('end', () => answer.writeHead(isKnown ? 200 : 403).end('1\n'));
	});
	const listening = new Promise<boolean>((resolve) => {
		server?.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
	});
	return (await listening) ? port : listen(others);
}

it('a server is asked on a port that fetch does not open, and only one with the password says yes', async () => {
	const port = await listen(blockedPorts);
	await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ cause: { message: 'bad port' } });
	expect(await askEngine(port, { Authorization: 'the password' }, 'SELECT 1')).toBe(true);
	expect(await askEngine(port, { Authorization: 'another' }, 'SELECT 1')).toBe(false);
	await new Promise((resolve) => server?.close(resolve));
	expect(await askEngine(port, {}, 'SELECT 1')).toBeUndefined();
});
