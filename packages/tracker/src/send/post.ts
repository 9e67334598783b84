import type { ServerMessage } from '@footfall/protocol';

/** Longest wait for an answer, milliseconds. */
const answerMsMax = 20_000;

/**
 * Sends a batch over HTTP, for pages whose WebSocket is blocked. Bytes have no content type, so no preflight is needed.
 *
 * @returns the collector's answer
 * @throws when none came
 */
export async function post(url: string, body: Uint8Array<ArrayBuffer>): Promise<ServerMessage> {
	const signal = AbortSignal.timeout(answerMsMax);
	const answer = await fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit', signal });
	return answer.json();
}
