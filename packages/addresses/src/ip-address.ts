import { isIP } from 'node:net';

/** An IP address as text. IPv4 stays IPv4 when it comes through an IPv6 socket. */
export function plainAddress(address: string): string {
	if (!address.includes(':')) return address;
	const mapped = /^(?:::ffff:|0000:0000:0000:0000:0000:ffff:)(.+)$/i.exec(address)?.[1];
	if (mapped === undefined) return address;
	if (isIP(mapped) === 4) return mapped;
	const [high = '0', low = '0'] = mapped.split(':');
	const bits = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
	return bits.flatMap((word) => [word >> 8, word & 0xff]).join('.');
}

/** The eight groups of 16 bits of an IPv6 address. */
export function ipv6Groups(address: string): number[] {
	const [head = '', tail = ''] = address.split('::');
	const before = head === '' ? [] : head.split(':');
	const after = tail === '' ? [] : tail.split(':');
	const between = Array.from({ length: 8 - before.length - after.length }, () => '0');
	return [...before, ...between, ...after].map((group) => Number.parseInt(group, 16));
}
