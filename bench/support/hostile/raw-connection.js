// Waits for bytes on a connection, without a parser that would slow the load down.

const answerMsMax = 20_000;

/** Resets a connection, so that its port does not stay in TIME_WAIT: a machine has about 28,000 of them. */
export function drop(socket) {
	socket.resetAndDestroy();
	return undefined;
}

/** Resolves with the value of an event, and with `undefined` at the end of the connection or after a timeout. */
export function settled(socket, event, msMax) {
	return new Promise((resolve) => {
		const done = (value) => {
			clearTimeout(timer);
			socket.off(event, done);
			socket.off('close', end);
			resolve(value);
		};
		const end = () => done(undefined);
		const timer = setTimeout(end, msMax);
		socket.once(event, done);
		socket.once('close', end);
		if (socket.destroyed) end();
	});
}

/** Reads the first bytes as text, empty when the connection ends before, and pauses the connection. */
export async function firstBytes(socket, msMax) {
	const bytes = await settled(socket, 'data', msMax);
	socket.pause();
	return bytes?.latin1Slice() ?? '';
}

/** Waits for a whole answer. Returns its status, `ended` or `unanswered`. */
export function answerOf(socket) {
	return new Promise((resolve) => {
		let text = '';
		const done = (status) => {
			clearTimeout(timer);
			socket.off('data', take);
			socket.off('close', end);
			resolve(status);
		};
		const end = () => done(text.startsWith('HTTP/1.1 ') ? text.slice(9, 12) : 'ended');
		const take = (chunk) => {
			text += chunk.latin1Slice();
			const head = text.indexOf('\r\n\r\n');
			if (head === -1) return;
			const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
			if (text.length >= head + 4 + length) done(text.slice(9, 12));
		};
		const timer = setTimeout(() => {
			done('unanswered');
			socket.destroy();
		}, answerMsMax);
		socket.on('data', take);
		socket.once('close', end);
		if (socket.destroyed) end();
	});
}
