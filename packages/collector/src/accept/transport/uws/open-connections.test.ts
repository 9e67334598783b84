import { describe, expect, it } from 'vitest';
import { senderAddress } from '../../limits/sender-address.js';
import { OpenConnections } from './open-connections.js';

const one = senderAddress('198.51.100.1');
const other = senderAddress('198.51.100.2');

let nowMs = 0;
const connectionsOf = (max: number) => new OpenConnections(max, () => nowMs);
const times = (count: number, work: () => void) => {
	for (let i = 0; i < count; i++) work();
};

describe('connections that are not WebSockets', () => {
	it('connections are limited per network, and released when they end', () => {
		const connections = connectionsOf(8);
		times(8, () => connections.connected(one));
		expect([connections.mayOpen(one), connections.mayOpen(other)]).toEqual([false, true]);
		connections.left(one);
		expect(connections.mayOpen(one)).toBe(true);
		connections.connected(one);
		connections.requested(one);
		expect(connections.mayOpen(one)).toBe(false);
		connections.ended(one);
		expect(connections.mayOpen(one)).toBe(true);
	});

	it('a connection counts while the library keeps it without a request, and with a request until it ends', () => {
		const connections = connectionsOf(8);
		times(8, () => connections.connected(one));
		times(3, () => connections.requested(one));
		nowMs += 17_000;
		times(5, () => {
			expect(connections.mayOpen(one)).toBe(true);
			connections.connected(one);
		});
		expect(connections.mayOpen(one)).toBe(false);
		times(3, () => connections.answered(one));
		expect(connections.mayOpen(one)).toBe(false);
		nowMs += 17_000;
		expect(connections.mayOpen(one)).toBe(true);
		// The end of a connection that was considered ended changes nothing.
		connections.left(one);
		times(8, () => connections.connected(one));
		expect(connections.mayOpen(one)).toBe(false);
	});

	it('a connection is kept after an answer while its network has few', () => {
		const connections = connectionsOf(8);
		connections.connected(one);
		connections.requested(one);
		expect(connections.mayKeep(one)).toBe(true);
		connections.connected(one);
		expect(connections.mayKeep(one)).toBe(false);
	});

	it('an IPv6 /48 may have four times as many connections as a /64', () => {
		const connections = connectionsOf(2);
		const address = (network: number) => senderAddress(`2001:db8:7:${network}::1`);
		for (let network = 0; network < 4; network++) times(2, () => connections.connected(address(network)));
		expect([connections.mayOpen(address(9)), connections.mayOpen(senderAddress('2001:db8:8::1'))]).toEqual([
			false,
			true,
		]);
	});

	it('connections of this machine have no limit', () => {
		const connections = connectionsOf(1);
		const exempt = senderAddress('127.0.0.1');
		times(5, () => connections.connected(exempt));
		expect([connections.mayOpen(exempt), connections.mayKeep(exempt)]).toEqual([true, true]);
	});
});
