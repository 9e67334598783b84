// The network between pages and a collector, with an address that survives the collector: open, answering 503 in its place, or reset.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const unavailable = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

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

export async function openGate() {
	const connections = new Set();
	let mode = 'open';
	let port = 0;
	const gate = {
		/** Bodies and frames that pages have sent. */
		payloadBytes: 0,
		leadTo(url) {
			port = Number(new URL(url).port);
		},
		/** @param next `open`, `unavailable` or `reset`; cuts what is connected */
		set(next) {
			mode = next;
			for (const connection of connections) connection.resetAndDestroy();
		},
		stop() {
			gate.set('reset');
			server.close();
		},
	};
	const server = createServer((page) => {
		page.on('error', () => {});
		if (mode === 'reset') page.resetAndDestroy();
		else if (mode === 'unavailable') page.once('data', () => page.end(unavailable));
		else {
			const collector = connect(port, '127.0.0.1');
			const count = payloadCounter();
			for (const connection of [page, collector]) {
				connections.add(connection);
				connection.on('error', () => {});
				connection.on('close', () => {
					connections.delete(connection);
					page.destroy();
					collector.destroy();
				});
			}
			page.on('data', (bytes) => {
				gate.payloadBytes += count(bytes);
				collector.write(bytes);
			});
			collector.on('data', (bytes) => page.write(bytes));
		}
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	gate.url = `http://127.0.0.1:${server.address().port}`;
	return gate;
}
