import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Minimum length of a chosen token, characters. A token that cannot be guessed needs no limit on attempts. */
export const tokenCharactersMin = 16;

/** A random token of 192 bits. */
export function randomToken(): string {
	return randomBytes(24).toString('base64url');
}

/** Compares two texts in a time that does not depend on how much of them is equal. Pure. */
export function isSameSecret(given: string, expected: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

/** The session value that a browser stores instead of the token; the token cannot be derived from it. Pure. */
export function sessionOf(token: string): string {
	return createHmac('sha256', token).update('footfall dashboard session').digest('base64url');
}
