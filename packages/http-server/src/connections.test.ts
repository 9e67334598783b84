import { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Connections } from './connections.js';

/** A socket with an address. A real one cannot be used, since a machine has few addresses to connect to itself from. */
const socketFrom = (remoteAddress: string) =>
	Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });

it.each([
	['one IPv4 address', () => '203.0.113.9', 8],
	['one IPv4 address over IPv6', (at: number) => (at % 2 ? '203.0.113.9' : '::ffff:203.0.113.9'), 8],
	['one IPv6 /64', (at: number) => `2001:db8:1:2::${at.toString(16)}`, 8],
	['one IPv6 /48', (at: number) => `2001:db8:1:${at.toString(16)}::1`, 32],
])('%s with many connections ends none of another network', async (_, nth, left) => {
	const connections = new Connections({
		connectionsMax: 40,
		networkConnectionsMax: 8,
		wideNetworkConnectionsMax: 32,
		openRequestsMax: 1,
	});
	const owner = [socketFrom('198.51.100.7'), socketFrom('2001:db8:2::7')];
	const many = Array.from({ length: 100 }, (_none, at) => socketFrom(nth(at)));
	for (const socket of [...owner, ...many]) connections.add(socket);
	for (let at = 0; at < 4; at++) await turn();
	expect(owner.map(({ destroyed }) => destroyed)).toEqual([false, false]);
	expect(many.filter(({ destroyed }) => !destroyed).length).toBe(left);
	connections.endAll();
});
