// The network between pages and a collector, which counts the bytes that pages send.
import { Gate } from '@footfall/collector/testing';

/** Bytes of bodies and WebSocket frames in what a page sends on one connection, HTTP heads left out. */
function payloadCounter() {
	let head = '';
	let isHead = true;
	let isSocket = false;
	let bodyLeft = 0;
	return (chunk) => {
		let counted = 0;
		for (let at = 0; at < chunk.length; ) {
			if (isSocket) return counted + chunk.length - at;
			if (isHead) {
				head += chunk.latin1Slice(at, ++at);
				if (!head.endsWith('\r\n\r\n')) continue;
				isSocket = /^upgrade: websocket/im.test(head);
				bodyLeft = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
				isHead = bodyLeft === 0;
				head = '';
			} else {
				const taken = Math.min(bodyLeft, chunk.length - at);
				counted += taken;
				at += taken;
				bodyLeft -= taken;
				isHead = bodyLeft === 0;
			}
		}
		return counted;
	};
}

/** A gate with `payloadBytes`: bodies and frames that pages have sent. */
export async function openGate() {
	const gate = await Gate.start(() => {
		const count = payloadCounter();
		return (bytes) => {
			gate.payloadBytes += count(bytes);
		};
	});
	return Object.assign(gate, { payloadBytes: 0 });
}
