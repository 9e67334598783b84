import { connect, type Warehouse } from '@footfall/warehouse';

/** A warehouse that never answers, for tests in which nothing is delivered: no ClickHouse listens there. */
export function nobody(): Warehouse {
	return connect({ url: 'http://127.0.0.1:9' });
}
