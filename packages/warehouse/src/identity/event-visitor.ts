import { createHmac } from 'node:crypto';

/** The visitor to whom an event is attributed. */
export interface EventVisitor {
	/** A number of 53 bits. */
	visitor: number;
	/** Whether the number was computed from a user id, and no page has it. */
	isDerived: boolean;
}

/** The kind of an id from which the number of a visitor is computed. */
type HashedId = 'user' | 'anonymous';

/**
 * Returns the visitor of an event that names a user only. A user id that is a whole number is the visitor itself, also
 * as text. Any other text becomes a keyed hash: the same user of a site is the same visitor,
 * and nobody without the secret can compute the number, or find a user id of a given number.
 */
export function visitorOfUser(secret: string, site: string, userId: string): EventVisitor {
	const number = wholeNumberIn(userId);
	if (number !== undefined) return { visitor: number, isDerived: false };
	return { visitor: hashedVisitor(secret, 'user', site, userId), isDerived: true };
}

/**
 * The visitor in `events` of a user whose id is text: 2⁵³ and the number that is computed from it, so that no page and
 * no sender can name this visitor.
 */
export function computedVisitor(secret: string, site: string, userId: string): bigint {
	return 2n ** 53n + BigInt(hashedVisitor(secret, 'user', site, userId));
}

/** The whole number that a text is, as it is usually written; `undefined` if it is none, or more than 53 bits. */
export function wholeNumberIn(text: string): number | undefined {
	if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined;
	const number = Number(text);
	return Number.isSafeInteger(number) ? number : undefined;
}

/** Computes a number of 53 bits from an id: the first bits of an HMAC-SHA-256. */
export function hashedVisitor(secret: string, kind: HashedId, site: string, id: string): number {
	// Site keys have no zero bytes, so different ids are different inputs.
	const bytes = createHmac('sha256', secret).update(`${kind}\0${site}\0${id}`).digest();
	return bytes.readUIntBE(0, 6) * 32 + (bytes.readUInt8(6) >> 3);
}
