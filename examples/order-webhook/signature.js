import { createHmac, timingSafeEqual } from 'node:crypto';

/** Longest age of a signature, and largest difference of two clocks, ms. */
const ageMsMax = 300_000;

/**
 * Whether a webhook comes from the provider and is not an old one that a third party has recorded. The header is
 * Stripe's, `t=1700000000,v1=HEX`: the time in seconds, and the HMAC-SHA-256 of `TIME.BODY`.
 *
 * @param {Buffer} body as it was received
 * @param {string | undefined} header
 * @param {string} secret
 * @param {number} nowMs
 */
export function isSigned(body, header = '', secret, nowMs) {
	const fields = header.split(',').map((field) => field.split('='));
	const time = fields.find(([name]) => name === 't')?.[1] ?? '';
	if (!/^\d+$/.test(time) || Math.abs(nowMs - Number(time) * 1_000) > ageMsMax) return false;
	const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
	// While the secret is being changed, there is a signature for each of the two.
	return fields.some(([name, hex = '']) => name === 'v1' && isEqual(Buffer.from(hex, 'hex'), expected));
}

const isEqual = (given, expected) => given.length === expected.length && timingSafeEqual(given, expected);
