import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { adminRoutes } from './admin-routes.js';

it('/metrics collects once for all requests that arrive during a collection, after it', async () => {
	const begun: ((fault?: Error) => void)[] = [];
	const metrics = () =>
		new Promise<[]>((resolve, reject) => begun.push((fault) => (fault ? reject(fault) : resolve([]))));
	const route = adminRoutes({ metrics, unreadiness: () => undefined }).find(({ path }) => path === '/metrics');
	const get = async () => (await route?.handle())?.status;
	const collected = async (count: number) => {
		while (begun.length < count) await turn();
		return begun[count - 1];
	};

	const first = get();
	const finishFirst = await collected(1);
	const meanwhile = Array.from({ length: 100 }, get);
	finishFirst?.();
	expect(await first).toBe(200);
	(await collected(2))?.(new Error('odd'));
	expect((await Promise.allSettled(meanwhile)).map(({ status }) => status)).toEqual(meanwhile.map(() => 'rejected'));
	const later = get();
	(await collected(3))?.();
	expect(await later).toBe(200);
	expect(begun.length).toBe(3);
});
