import { type ServerMessage, subprotocol } from '@footfall/protocol';

/** A connection that has been owing us a word for this long, milliseconds, is dead though nobody has said so. */
const silenceMsMax = 20_000;

export interface Socket {
	_send(bytes: Uint8Array<ArrayBuffer>): void;
	_close(): void;
}

/**
 * One WebSocket to the collector; a new one is made for every connection.
 *
 * @param isOwed whether the collector owes us a word
 * @param onEnd called once, never before this function has returned
 */
export function connectSocket(
	url: string,
	onMessage: (message: ServerMessage) => void,
	isOwed: () => boolean,
	onEnd: () => void,
): Socket {
	let socket: WebSocket | undefined;
	let isOver = false;
	let timer: ReturnType<typeof setTimeout>;

	function end(): void {
		if (isOver) return;
		isOver = true;
		clearTimeout(timer);
		socket?.close();
		onEnd();
	}

	function watch(): void {
		clearTimeout(timer);
		timer = setTimeout(() => isOwed() && end(), silenceMsMax);
	}

	watch();
	try {
		socket = new WebSocket(url, subprotocol);
		socket.onclose = end;
		socket.onmessage = ({ data }) => {
			if (isOver) return;
			watch();
			try {
				onMessage(JSON.parse(data));
			} catch {
				// Whoever speaks like this is no collector.
				end();
			}
		};
	} catch {
		// A policy of the page forbids it: as good as closed.
		setTimeout(end);
	}
	return {
		_send(bytes) {
			socket?.send(bytes);
			watch();
		},
		_close: end,
	};
}
