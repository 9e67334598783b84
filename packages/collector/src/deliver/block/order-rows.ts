import { OrderColumns, type OrderFields } from '@footfall/warehouse/native';

/** Whether details have a field of an order or a refund. Others have only the id of a product. */
export const isOrder = ({ orderId, refundId, coupon, tax, shipping, discount, items }: OrderFields): boolean =>
	tax + shipping + discount > 0 || items.length > 0 || orderId + refundId + coupon !== '';

/**
 * The columns of `events` that only orders and refunds fill. They exist from the first row that has any on, since a
 * block without them is built and read faster, and ClickHouse fills in their defaults.
 */
export class OrderRows {
	readonly #rowsMax: number;
	#columns: OrderColumns | undefined;
	#rows = 0;

	/** @param rowsMax maximum number of rows */
	constructor(rowsMax: number) {
		this.#rowsMax = rowsMax;
	}

	/** Sets the values of a row. Rows are set in their order, and those between have the defaults. */
	set(row: number, order: OrderFields): void {
		this.#columns ??= new OrderColumns(this.#rowsMax);
		this.#fillTo(row);
		this.#push(order);
	}

	/** The columns with a value in each row; none if no row was set. */
	finish(rows: number): Partial<OrderColumns['columns']> {
		if (this.#columns !== undefined) this.#fillTo(rows);
		return this.#columns?.columns ?? {};
	}

	#fillTo(row: number): void {
		while (this.#rows < row) this.#push();
	}

	#push(order?: OrderFields): void {
		this.#columns?.push(order);
		this.#rows++;
	}
}
