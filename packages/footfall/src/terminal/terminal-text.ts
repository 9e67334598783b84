const firstControlPicture = 0x2400;
const deleteCharacter = 0x7f;
const deletePicture = '␡';

/** Control characters except tab and line feed, and characters that turn the direction of the text after them. */
const commanding = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text in which a visible character stands for each one that a terminal would obey: anyone can send events, and a
 * title or an address may contain commands to the terminal of an operator. Pure.
 */
export function terminalText(text: string): string {
	return text.replace(commanding, (character) => {
		const code = character.charCodeAt(0);
		if (code === deleteCharacter) return deletePicture;
		return code < deleteCharacter ? String.fromCharCode(firstControlPicture + code) : '\ufffd';
	});
}

/** Makes bytes of UTF-8 text that come in pieces fit for a terminal. */
export class TerminalBytes {
	readonly #decoder = new TextDecoder();

	/** @param bytes the next piece; undefined at the end */
	next(bytes: Uint8Array | undefined): Uint8Array {
		const text = bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true });
		return Buffer.from(terminalText(text));
	}
}
