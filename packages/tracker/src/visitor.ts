const visitorKey = 'footfall_visitor';
const userKey = 'footfall_user';

/** A random integer of 53 bits, which is what a JavaScript number and the wire hold exactly. */
export function randomInteger(): number {
	const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
	return (high >>> 11) * 0x1_0000_0000 + low;
}

/** This browser's visitor. Where storage is forbidden it lives as long as the page. */
export function readVisitor(): number {
	const stored = Number(kept(visitorKey));
	return stored > 0 && Number.isSafeInteger(stored) ? stored : Number(kept(visitorKey, `${randomInteger()}`));
}

/** The user given to `identify()` on this or an earlier page; empty when anonymous. */
export function readUser(): string {
	return kept(userKey);
}

export function writeUser(userId: string): void {
	kept(userKey, userId);
}

/** Keeps the value if there is one, else reads what is kept. Where that is forbidden or full, everything else goes on. */
function kept(key: string, value?: string): string {
	try {
		if (value === undefined) return localStorage.getItem(key) ?? '';
		localStorage.setItem(key, value);
	} catch {
		// Private mode, a policy, or the quota of the site.
	}
	return value ?? '';
}
