import { expect, it } from 'vitest';
import { createFootfall } from '../create-footfall.js';
import { blockedPorts } from './blocked-ports.js';

it('a collector on a port that fetch does not open is refused at once, and not waited for', async () => {
	const ports = [...blockedPorts].filter((port) => port !== 0);
	const reasons = await Promise.all(
		ports.map((port) => fetch(`http://127.0.0.1:${port}/`).catch(({ cause }: Error) => (cause as Error).message)),
	);
	expect(reasons).toEqual(ports.map(() => 'bad port'));
	for (const port of blockedPorts)
		expect(() => createFootfall({ collector: `http://127.0.0.1:${port}`, site: 'shop' })).toThrow(
			new RegExp(`port ${port}, to which fetch and browsers send nothing: .*another --port`),
		);
	for (const collector of ['http://127.0.0.1:7070', 'https://events.shop.example', 'http://events.shop.example'])
		await createFootfall({ collector, site: 'shop' }).close();
});

it('a collector with a user or a password in its address is refused at once, and neither is repeated', async () => {
	for (const login of ['ada', 'ada:sesame', ':sesame']) {
		const collector = `https://${login}@events.shop.example`;
		await expect(fetch(collector)).rejects.toThrow('includes credentials');
		const start = () => createFootfall({ collector, site: 'shop' });
		expect(start).toThrow(/name the address without them, and give a write key/);
		expect(start).not.toThrow(/ada|sesame/);
	}
});
