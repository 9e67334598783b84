const keys = 90_000;

const many = () => Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index.toString(36)}`, 1]));

export const manyKeys = {
	what: 'events with 90,000 keys, their own and of exp and props, and lists of them',
	run(target) {
		const event = {
			dt: new Date().toISOString(),
			name: 'view',
			user_id: 1,
			url: 'https://shop.example/',
			obj: 'page',
		};
		const bodies = [
			{ ...event, ...many() },
			{ ...event, props: many() },
			{ ...event, exp: many() },
			[{ ...event, ...many() }],
			Object.fromEntries(Object.entries(many()).map(([key]) => [key, ''])),
		].map((body) => target.post('/v1/events', 'application/json', JSON.stringify(body)));
		let turn = 0;
		return target.askOnLanes(8, () => bodies[turn++ % bodies.length]);
	},
};
