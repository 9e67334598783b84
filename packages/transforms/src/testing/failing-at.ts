import type { Warehouse } from '@footfall/warehouse';

/** A connection that fails before it sends its n-th statement and all later ones, as if the process had died. */
export function failingAt(warehouse: Warehouse, n: number): { warehouse: Warehouse; statements: () => number } {
	let count = 0;
	const guarded =
		<A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
		async (...args: A): Promise<R> => {
			if (++count >= n) throw new Error('the connection is gone');
			return run(...args);
		};
	return {
		warehouse: {
			...warehouse,
			query: guarded(warehouse.query) as Warehouse['query'],
			command: guarded(warehouse.command),
		},
		statements: () => count,
	};
}
