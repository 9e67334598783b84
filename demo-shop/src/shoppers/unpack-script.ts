/**
 * Two functions for scripts of pages. `unpack` decodes the msgpack of a batch, from a text with a character for each
 * byte. It knows what the tracker writes (`encodeSmall` of the protocol), and throws on anything else. `readStored`
 * takes the text of a batch that the tracker has stored (`storedText` of the tracker), and returns the number of its
 * events and a function that decodes the batch.
 */
export const unpackScript = `const unpack = (text) => {
	const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
	const view = new DataView(bytes.buffer);
	let at = 0;
	const twoBytes = () => view.getUint16((at += 2) - 2);
	const text8 = (length) => new TextDecoder().decode(bytes.subarray(at, (at += length)));
	const list = (length) => Array.from({ length }, value);
	const map = (length) => Object.fromEntries(Array.from({ length }, () => [value(), value()]));
	function value() {
		const head = bytes[at++];
		if (head < 0x80) return head;
		if (head < 0x90) return map(head & 15);
		if (head < 0xa0) return list(head & 15);
		if (head < 0xc0) return text8(head & 31);
		if (head === 0xcb) return view.getFloat64((at += 8) - 8);
		if (head === 0xcd) return twoBytes();
		if (head === 0xda) return text8(twoBytes());
		if (head === 0xdc) return list(twoBytes());
		if (head === 0xde) return map(twoBytes());
		throw new Error('the byte ' + head + ' begins no value that the tracker writes');
	}
	return value();
};
const readStored = (text) => {
	const [site, keptAtMs, events, ...lines] = text.split('\\n');
	return { events: Number(events), batch: () => unpack(lines.join('\\n')) };
};`;
