/** Bits of the window for received messages: 4 KB, as much as one batch repeats of the one before. */
const windowBitsMax = 12;

/**
 * Chooses the parameters of permessage-deflate (RFC 7692) for received messages. Pure. The window is small, since each
 * socket keeps one; a client that cannot reduce its window compresses every message by itself.
 *
 * @param offered value of `Sec-WebSocket-Extensions`
 * @returns an offer that ws accepts as it is; undefined if the client does not offer the extension
 */
export function deflateOffer(offered: string): string | undefined {
	const offer = offered
		.split(',')
		.map((each) => each.split(';').map((part) => part.trim().toLowerCase()))
		.find(([name]) => name === 'permessage-deflate');
	if (offer === undefined) return undefined;
	const bits = offer.map((parameter) => /^client_max_window_bits(?:\s*=\s*"?(\d+)"?)?$/.exec(parameter)).find(Boolean);
	const hasContext = bits !== undefined && !offer.includes('client_no_context_takeover');
	const window = bits && `client_max_window_bits=${windowOf(Number(bits[1] ?? windowBitsMax))}`;
	return [
		'permessage-deflate',
		...(window ? [window] : []),
		...(hasContext ? [] : ['client_no_context_takeover']),
		'server_no_context_takeover',
	].join('; ');
}

/** A window within the offer. The format allows 8 to 15 bits. */
function windowOf(bits: number): number {
	return Math.max(8, Math.min(windowBitsMax, bits));
}
