import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashedVisitor, visitorOfUser } from './event-visitor.js';

const secret = 'a secret of the installation';

describe('the visitor of an event that names a user', () => {
	it.each([
		['0', 0],
		['42', 42],
		['9007199254740991', 2 ** 53 - 1],
	])('is the number that the user id %s is, also as text', (userId, visitor) => {
		expect(visitorOfUser(secret, 'shop', userId)).toEqual({ visitor, isDerived: false });
	});

	it('is a number of 53 bits computed from any other text, the same each time', () => {
		const others = ['ada', '042', '4.2', '-1', ' 42', '9007199254740992', '99999999999999999', 'x'.repeat(256), 'ä'];
		for (const userId of others) {
			const { visitor, isDerived } = visitorOfUser(secret, 'shop', userId);
			expect([userId, isDerived, Number.isSafeInteger(visitor)]).toEqual([userId, true, true]);
			expect(visitorOfUser(secret, 'shop', userId).visitor).toBe(visitor);
		}
		const visitors = others.map((userId) => visitorOfUser(secret, 'shop', userId).visitor);
		expect(new Set(visitors).size).toBe(others.length);
	});

	it('is another one with another secret, on another site, and of another kind of id', () => {
		const visitors = [
			hashedVisitor(secret, 'user', 'shop', 'ada'),
			hashedVisitor('another secret', 'user', 'shop', 'ada'),
			hashedVisitor(secret, 'user', 'blog', 'ada'),
			hashedVisitor(secret, 'anonymous', 'shop', 'ada'),
		];
		expect(new Set(visitors).size).toBe(visitors.length);
		expect(visitors[0]).toBe(7_021_134_822_218_710);
	});

	it('uses all 53 bits', () => {
		const sample = Array.from({ length: 2_000 }, (_, n) => hashedVisitor(secret, 'user', 'shop', `user-${n}`));
		for (let bit = 0; bit < 53; bit++) {
			const set = sample.filter((visitor) => Math.floor(visitor / 2 ** bit) % 2 === 1).length;
			expect(set / sample.length, `bit ${bit}`).toBeGreaterThan(0.4);
			expect(set / sample.length, `bit ${bit}`).toBeLessThan(0.6);
		}
	});

	it('is the same for texts that are stored as the same text', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (userId) => {
				expect(visitorOfUser(secret, 'shop', userId)).toEqual(visitorOfUser(secret, 'shop', userId.toWellFormed()));
			}),
		);
	});
});
