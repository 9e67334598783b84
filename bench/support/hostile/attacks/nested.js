import { limits } from '@footfall/protocol';

const bytes = limits.jsonBodyBytesMax;
const filled = (open, middle, close) => {
	const depth = Math.floor((bytes - middle.length) / (open.length + close.length));
	return open.repeat(depth) + middle + close.repeat(depth);
};
const types = ['application/json', 'application/x-ndjson', 'text/plain'];

/** An event whose field holds the nesting. */
const inField = (field) => {
	const [before, after] = JSON.stringify({
		dt: new Date().toISOString(),
		name: 'view',
		user_id: 1,
		url: 'https://shop.example/',
		obj: 'page',
		[field]: '?',
	}).split('"?"');
	const depth = Math.floor((bytes - before.length - after.length) / 2);
	return before + '['.repeat(depth) + ']'.repeat(depth) + after;
};

const shapes = () => [
	filled('[', '', ']'),
	'['.repeat(bytes),
	filled('{"a":', '1', '}'),
	'{"a":'.repeat(Math.floor(bytes / 5)),
	filled('[{"a":', '1', '}]'),
	`[${'[],'.repeat(Math.floor(bytes / 3) - 1)}[]]`,
	`${filled('[', '', ']').slice(0, bytes / 2)}\n`.repeat(2).slice(0, bytes),
	`${'['.repeat(500)}${']'.repeat(500)}\n`.repeat(Math.floor(bytes / 1_001)),
	inField('props'),
	inField('exp'),
	inField('unknown'),
];

export const nested = {
	what: '8 connections with bodies of 1 MB of nested arrays and objects',
	run(target) {
		const requests = shapes().flatMap((shape) => types.map((type) => target.post('/v1/events', type, shape)));
		let turn = 0;
		return target.askOnLanes(8, () => requests[turn++ % requests.length]);
	},
};
