import { expect, it } from 'vitest';
import { senderAddress } from './sender-address.js';

it('the limits of a sender apply to its network and to the /48 around it', () => {
	expect(senderAddress('198.51.100.1')).toEqual({
		address: '198.51.100.1',
		isExempt: false,
		network: '198.51.100.1',
		wideNetwork: '198.51.100.1',
	});
	expect(senderAddress('2001:db8:1:2::3')).toMatchObject({
		isExempt: false,
		network: '2001:db8:1:2::/64',
		wideNetwork: '2001:db8:1::/48',
	});
	expect(senderAddress('2001:db8:1:ffff::').wideNetwork).toBe(senderAddress('2001:db8:1:2::3').wideNetwork);
	expect(senderAddress('2001:db8:2:2::3').wideNetwork).not.toBe(senderAddress('2001:db8:1:2::3').wideNetwork);
	expect(senderAddress('::1').isExempt).toBe(true);
});
