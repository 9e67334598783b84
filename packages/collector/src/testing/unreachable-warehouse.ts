import { connect, type Warehouse } from '@footfall/warehouse';

/** A warehouse that is not reachable, for tests that deliver nothing: no process listens on its port. */
export function unreachableWarehouse(): Warehouse {
	return connect({ url: 'http://127.0.0.1:9' });
}
