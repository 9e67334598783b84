import { senderNetworks } from '@footfall/addresses';
import { describe, expect, it } from 'vitest';
import { surplusOf } from './surplus.js';

const bounds = { connectionsMax: 40, networkConnectionsMax: 8, wideNetworkConnectionsMax: 32 };

/** Connections from these addresses, in this order; all wait for their senders. */
const waitingFrom = (addresses: readonly string[], order = 0) =>
	addresses.map((address, at) => ({
		address,
		...senderNetworks(address),
		answering: 0,
		order: order + at,
		isHeard: true,
	}));
const addresses = (count: number, nth: (at: number) => string) => Array.from({ length: count }, (_, at) => nth(at));
const from = (connections: Iterable<{ address: string }>) => [...connections].map(({ address }) => address);

describe('the connections that must end', () => {
	it('are none of those that are within the bounds', () => {
		const held = waitingFrom([
			...addresses(8, () => '203.0.113.9'),
			...addresses(8, (at) => `2001:db8:1:2::${at}`),
			...addresses(24, (at) => `2001:db8:1:a${at}::1`),
		]);
		expect(surplusOf(held, bounds)).toEqual(new Set());
	});

	it.each([
		['an IPv4 address', () => '203.0.113.9'],
		['a /64 of IPv6', (at: number) => `2001:db8:1:2::${at.toString(16)}`],
	])('are the oldest of %s that has too many', (_, nth) => {
		const owner = waitingFrom(['198.51.100.7', '2001:db8:1:3::1']);
		const many = waitingFrom(addresses(20, nth), 2);
		expect([...surplusOf([...owner, ...many], bounds)]).toEqual(many.slice(0, 12));
	});

	it('are the oldest of a /48 of IPv6 that has four times too many, in whatever networks', () => {
		const owner = waitingFrom(['198.51.100.7', '2001:db8:2::1']);
		const many = waitingFrom(
			addresses(36, (at) => `2001:db8:1:${at.toString(16)}::1`),
			2,
		);
		expect([...surplusOf([...owner, ...many], bounds)]).toEqual(many.slice(0, 4));
	});

	it('count once for a network and the wider one around it', () => {
		const [full, others] = [addresses(12, () => '2001:db8:1:0::1'), addresses(24, (at) => `2001:db8:1:${at + 1}::1`)];
		const ending = surplusOf(waitingFrom([...full, ...others]), bounds);
		expect(from(ending)).toEqual(full.slice(0, 4));
	});

	it('are not those that are being answered, or that could not be heard yet', () => {
		const many = waitingFrom(addresses(10, () => '2001:db8::1'));
		const [answered, unheard] = many;
		Object.assign(answered as object, { answering: 1 });
		Object.assign(unheard as object, { isHeard: false });
		expect([...surplusOf(many, bounds)]).toEqual(many.slice(2, 4));
	});

	it('are the newest of those that are being answered where these alone are too many', () => {
		const owner = waitingFrom(['198.51.100.7']);
		const many = waitingFrom(
			addresses(12, () => '203.0.113.9'),
			1,
		);
		for (const one of many.slice(0, 10)) one.answering = 1;
		const unheard = waitingFrom(
			addresses(20, () => '203.0.113.9'),
			13,
		).map((one) => ({ ...one, isHeard: false }));
		const [, , , , , , , , ...surplus] = many;
		expect(surplusOf([...owner, ...many, ...unheard], bounds)).toEqual(new Set(surplus));
	});
});
