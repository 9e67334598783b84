import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Shortest token that somebody may choose, characters: what cannot be guessed needs no other bound. */
export const tokenCharactersMin = 16;

/** A token that nobody guesses. */
export function randomToken(): string {
	return randomBytes(24).toString('base64url');
}

/** Whether two texts are the same, in a time that tells nothing of how much of them is. Pure. */
export function isSameSecret(given: string, expected: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(given), digest(expected));
}

/** What a browser keeps instead of the token, which cannot be had back from it. Pure. */
export function sessionOf(token: string): string {
	return createHmac('sha256', token).update('footfall dashboard session').digest('base64url');
}
