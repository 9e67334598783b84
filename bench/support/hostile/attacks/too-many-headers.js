import { drop } from '../raw-connection.js';

const lines = (count, value) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, value]));

export const tooManyHeaders = {
	what: 'requests with hundreds of headers, or with headers of many kilobytes',
	run(target) {
		const requests = [
			target.head('POST', '/v1/batch', { ...lines(40, 'a'), 'Content-Length': 0 }),
			target.head('POST', '/v1/batch', lines(500, 'a')),
			target.head('GET', '/footfall.js', { 'X-Long': 'a'.repeat(64_000) }),
			target.head('GET', '/v1/socket', lines(90, 'a'.repeat(40))),
			target.head('POST', '/v1/events', { 'X-Forwarded-For': '198.51.100.66, '.repeat(400) }),
		].map((text) => Buffer.from(text));
		return target.lanes(50, async (index) => {
			const socket = await target.connect();
			if (socket === undefined) return;
			await target.ask(socket, requests[index % requests.length]);
			drop(socket);
		});
	},
};
