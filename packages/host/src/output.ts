/**
 * Keeps this process alive when stdout or stderr cannot be written, as when their reader has gone: without a listener,
 * Node would end the process before it has stopped its parts.
 *
 * @returns a function that resolves with the reason why output was lost although its reader has not gone, such as a
 * full disk; `undefined` if there is none
 */
export function surviveLostOutput(): () => Promise<string | undefined> {
	let fault: NodeJS.ErrnoException | undefined;
	const streams = [process.stdout, process.stderr];
	for (const stream of streams) {
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (!isReaderGone(error, stream.isTTY)) fault ??= error;
		});
	}
	return async () => {
		// The errors of earlier writes are reported before the end of a later one.
		await Promise.all(streams.map((stream) => new Promise((resolve) => stream.write('', resolve))));
		return fault?.message;
	};
}

/** EPIPE: the pipe has no reader. EIO: the terminal was closed; of a file it is a fault of its disk. */
function isReaderGone({ code }: NodeJS.ErrnoException, isTerminal: boolean): boolean {
	return code === 'EPIPE' || code === 'ECONNRESET' || (code === 'EIO' && isTerminal);
}
