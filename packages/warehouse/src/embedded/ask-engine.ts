import { type OutgoingHttpHeaders, request } from 'node:http';

/**
 * Whether the server on a port of this machine executes a statement. Undefined if nothing answers. This does not use
 * `fetch`, which opens no ports that browsers block, such as 6000, although the server can listen on them.
 */
export function askEngine(port: number, headers: OutgoingHttpHeaders, sql: string): Promise<boolean | undefined> {
	return new Promise((resolve) => {
		const path = { host: '127.0.0.1', port, path: '/', method: 'POST', agent: false };
		const asking = request({ ...path, headers }, (answer) => {
			answer.resume().once('close', () => resolve(answer.statusCode === 200));
		});
		asking.once('error', () => resolve(undefined));
		asking.end(sql);
	});
}
