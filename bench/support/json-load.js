// Sends single JSON events over keep-alive connections, one request in flight on each, and prints the answers as one
// JSON object. Argument: JSON with url, connections and seconds. Bounded: it stops by itself.
import { once } from 'node:events';
import { connect } from 'node:net';

const { url, connections, seconds } = JSON.parse(process.argv[2]);
const { hostname, port } = new URL(url);
const result = { stored: 0, refused: 0 };

function request(user) {
	const body = JSON.stringify({
		dt: new Date().toISOString(),
		name: 'click',
		user_id: user,
		url: 'https://shop.example/product/2',
		obj: 'button',
		obj_id: 'add-to-cart',
		product_id: 2,
		amount: 99.95,
		currency: 'EUR',
	});
	return Buffer.from(
		`POST /v1/events HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nUser-Agent: shop-backend/1.0\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
	);
}

async function open(index) {
	const socket = connect(Number(port), hostname);
	socket.setNoDelay(true);
	await once(socket, 'connect');
	const bytes = request(index + 1);
	let answer = '';
	socket.on('data', (chunk) => {
		answer += chunk.latin1Slice();
		const head = answer.indexOf('\r\n\r\n');
		if (head === -1) return;
		const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
		if (answer.length < head + 4 + length) return;
		if (answer.startsWith('HTTP/1.1 200')) result.stored++;
		else result.refused++;
		answer = '';
		socket.write(bytes);
	});
	socket.on('error', () => {});
	return () => socket.write(bytes);
}

const starts = await Promise.all(Array.from({ length: connections }, (_, i) => open(i)));
const startMs = performance.now();
for (const start of starts) start();
await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const elapsedSeconds = (performance.now() - startMs) / 1_000;
process.stdout.write(`${JSON.stringify({ ...result, perSecond: result.stored / elapsedSeconds })}\n`);
process.exit(0);
