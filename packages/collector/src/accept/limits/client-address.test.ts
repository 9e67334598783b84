import { networkOf } from '@footfall/addresses';
import { StartRefusal } from '@footfall/host';
import { describe, expect, it } from 'vitest';
import { clientAddress, isLoopback, trustedProxies } from './client-address.js';

const proxies = trustedProxies(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);

describe('the address of a sender', () => {
	it.each([
		['203.0.113.9', '', '203.0.113.9', 'who connects himself'],
		['203.0.113.9', '198.51.100.1', '203.0.113.9', 'a sender that is not a proxy and claims another address'],
		['10.0.0.7', '198.51.100.1', '198.51.100.1', 'who comes through a proxy'],
		['127.0.0.1', '198.51.100.1, 10.1.2.3', '198.51.100.1', 'who comes through two'],
		['10.0.0.7', '1.2.3.4, 198.51.100.1', '198.51.100.1', 'who wrote the header before the proxy did'],
		['10.0.0.7', '', '10.0.0.7', 'a proxy that says nothing'],
		['10.0.0.7', 'unknown', '10.0.0.7', 'a proxy that says nonsense'],
		['10.0.0.7', '198.51.100.1, nonsense', '10.0.0.7', 'nonsense behind the address'],
		['10.0.0.7', '10.0.0.8', '10.0.0.8', 'a proxy itself'],
		['fd00::1', '2001:db8::5', '2001:db8::5', 'IPv6'],
		['10.0.0.7', '198.51.100.1:50123, 10.0.0.8:443', '198.51.100.1', 'addresses with ports'],
		['fd00::1', '[2001:db8::5]:50123', '2001:db8::5', 'IPv6 with a port'],
		['fd00::1', '[2001:db8::5]', '2001:db8::5', 'IPv6 in brackets'],
		['10.0.0.7', '198.51.100.1:port', '10.0.0.7', 'a port that is none'],
		['::ffff:10.0.0.7', '::ffff:198.51.100.1', '198.51.100.1', 'IPv4 in IPv6'],
		['0000:0000:0000:0000:0000:ffff:0a00:0007', '198.51.100.1', '198.51.100.1', 'IPv4 in IPv6 written out'],
		['10.0.0.7', `198.51.100.1${', 10.0.0.9'.repeat(1_000)}`, '10.0.0.9', 'more proxies than are looked at'],
	])('%s with "%.40s" is %s: %s', (peer, forwardedFor, expected) => {
		expect(clientAddress(peer, forwardedFor, proxies)).toBe(expected);
	});

	it('only loopback addresses are exempt', () => {
		expect(['127.0.0.1', '127.8.8.8', '::1'].map(isLoopback)).toEqual([true, true, true]);
		expect(['10.0.0.7', '12.7.0.1', '::2'].map(isLoopback)).toEqual([false, false, false]);
	});

	it('an IPv6 /64 counts as one sender', () => {
		expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64');
		expect(networkOf('2001:0db8:0000:0000:1234:5678:9abc:def0')).toBe('2001:db8:0:0::/64');
		expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8::1'));
		expect(networkOf('198.51.100.1')).toBe('198.51.100.1');
	});
});

it.each(['proxy', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', 'fd00::/129', ''])(
	'"%s" is refused as the address of a proxy',
	(entry) => {
		expect(() => trustedProxies([entry])).toThrow(StartRefusal);
	},
);
