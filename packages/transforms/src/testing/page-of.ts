/** The characters that stay escaped: they do not show, or change the order or the look of the text around them. */
const hidden =
	/\u034f|\u17b4|\u17b5|\u180b|\u180c|\u180d|\u180e|\u180f|[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u00ad\u115f\u1160\u200b-\u200f\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/u;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const escaped = (text: string) =>
	[...bytesOf(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** The character that so many escapes at a position stand for; undefined if they are not one character. */
function characterAt(path: string, at: number, escapes: number): string | undefined {
	const text = path.slice(at, at + 3 * escapes);
	if (!new RegExp(`^(?:%[0-9a-f]{2}){${escapes}}$`, 'i').test(text)) return undefined;
	try {
		const bytes = Uint8Array.from(text.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
		const character = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
		return [...character].length === 1 ? character : undefined;
	} catch {
		return undefined;
	}
}

/** The piece of a path at a position: its form in the marts, and the number of characters of the path that it takes. */
function pieceAt(path: string, at: number): [form: string, length: number] {
	for (const escapes of [1, 2, 3, 4]) {
		const character = characterAt(path, at, escapes);
		if (character === undefined) continue;
		const stays = '/?#%'.includes(character) || hidden.test(character);
		return [stays ? escaped(character) : character, 3 * escapes];
	}
	if (/^%[0-9a-f]{2}/i.test(path.slice(at))) return [path.slice(at, at + 3).toUpperCase(), 3];
	const character = String.fromCodePoint(path.codePointAt(at) as number);
	return [character === '%' || hidden.test(character) ? escaped(character) : character, character.length];
}

/**
 * The page of a path: the recount's own definition of what the models store. Forms of one path that differ only in
 * their percent-encoding are one page.
 */
export function pageOf(path: string): string {
	if (path === '') return '/';
	let page = '';
	for (let at = 0; at < path.length; ) {
		const [form, length] = pieceAt(path, at);
		page += form;
		at += length;
	}
	// A percent sign is shown as it is where it does not make an escape.
	return page.replaceAll(/%25(?![0-9a-f]{2})/gi, '%');
}
