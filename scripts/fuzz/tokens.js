/** Bytes of the length or payload that follow a tag, for tags that are not their own value. */
const formats = new Map([
	...[0xc4, 0xc5, 0xc6].map((tag, i) => [tag, { kind: 'bytes', lengthBytes: 2 ** i }]),
	...[0xd9, 0xda, 0xdb].map((tag, i) => [tag, { kind: 'string', lengthBytes: 2 ** i }]),
	...[0xdc, 0xdd].map((tag, i) => [tag, { kind: 'array', lengthBytes: 2 + 2 * i }]),
	...[0xde, 0xdf].map((tag, i) => [tag, { kind: 'map', lengthBytes: 2 + 2 * i }]),
	...[0xca, 0xcb].map((tag, i) => [tag, { kind: 'number', payloadBytes: 4 + 4 * i }]),
	...[0xcc, 0xcd, 0xce, 0xcf].map((tag, i) => [tag, { kind: 'number', payloadBytes: 2 ** i }]),
	...[0xd0, 0xd1, 0xd2, 0xd3].map((tag, i) => [tag, { kind: 'number', payloadBytes: 2 ** i }]),
]);

/**
 * The positions of a frame's values, in order: `at`, bytes of the `head`, bytes of the `body` behind it, and for
 * containers the number of values as `children`. Ends without an error at the first invalid byte.
 */
export function tokensOf(bytes) {
	const tokens = [];
	for (let at = 0; at < bytes.length; ) {
		const token = tokenAt(bytes, at);
		if (token === undefined || at + token.head + token.body > bytes.length) break;
		tokens.push(token);
		at += token.head + token.body;
	}
	return tokens;
}

function tokenAt(bytes, at) {
	const tag = bytes[at];
	const token = (kind, head, length) => ({
		kind,
		at,
		head,
		length,
		body: kind === 'string' || kind === 'bytes' ? length : 0,
		children: kind === 'array' ? length : kind === 'map' ? length * 2 : 0,
	});
	if (tag <= 0x7f || tag >= 0xe0) return token('number', 1, 0);
	if (tag <= 0x8f) return token('map', 1, tag & 0x0f);
	if (tag <= 0x9f) return token('array', 1, tag & 0x0f);
	if (tag <= 0xbf) return token('string', 1, tag & 0x1f);
	const format = formats.get(tag);
	if (format === undefined) return tag === 0xc0 || tag === 0xc2 || tag === 0xc3 ? token('plain', 1, 0) : undefined;
	if (format.payloadBytes !== undefined) return token('number', 1 + format.payloadBytes, 0);
	if (at + 1 + format.lengthBytes > bytes.length) return undefined;
	return token(format.kind, 1 + format.lengthBytes, bytes.readUIntBE(at + 1, format.lengthBytes));
}

/** The end of the value that starts with a token, including its children; `undefined` when it is incomplete. */
export function endOf(tokens, index) {
	let open = 1;
	for (let i = index; i < tokens.length; i++) {
		open += tokens[i].children - 1;
		if (open === 0) return tokens[i].at + tokens[i].head + tokens[i].body;
	}
	return undefined;
}
