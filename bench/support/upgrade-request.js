/** User agent of the pages that the benchmarks imitate. */
export const browserUserAgent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0';

/**
 * The request by which a page opens its socket.
 *
 * @param isCompressed offers compression, as browsers do by default
 * @param address address of the sender, as a trusted proxy forwards it @default none
 */
export function upgradeRequest(hostname, { isCompressed = false, address } = {}) {
	const lines = [
		'GET /v1/socket HTTP/1.1',
		`Host: ${hostname}`,
		'Upgrade: websocket',
		'Connection: Upgrade',
		'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
		'Sec-WebSocket-Version: 13',
		'Sec-WebSocket-Protocol: footfall.v1',
		`User-Agent: ${browserUserAgent}`,
	];
	if (address !== undefined) lines.push(`X-Forwarded-For: ${address}`);
	if (isCompressed) lines.push('Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover');
	return `${lines.join('\r\n')}\r\n\r\n`;
}
