import { expect, it } from 'vitest';
import { plainAddress, senderNetworks } from './index.js';

it.each([
	['198.51.100.1', '198.51.100.1', '198.51.100.1'],
	['2001:db8:1:2::9', '2001:db8:1:2::/64', '2001:db8:1::/48'],
	['2001:0db8:0001:0002:1234:5678:9abc:def0', '2001:db8:1:2::/64', '2001:db8:1::/48'],
	['2001:db8::9', '2001:db8:0:0::/64', '2001:db8:0::/48'],
	['::1', '0:0:0:0::/64', '0:0:0::/48'],
	['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
])('the networks of %s are %s and %s', (address, network, wideNetwork) => {
	expect(senderNetworks(address)).toEqual({ network, wideNetwork });
});

it.each([
	['198.51.100.1', '198.51.100.1'],
	['::ffff:198.51.100.1', '198.51.100.1'],
	['::ffff:c633:6401', '198.51.100.1'],
	['2001:db8::1', '2001:db8::1'],
])('plainAddress of %s is %s', (address, plain) => {
	expect(plainAddress(address)).toBe(plain);
});
