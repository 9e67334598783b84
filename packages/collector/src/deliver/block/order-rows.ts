import type { EventDetails } from '@footfall/protocol/decode';
import type { orderColumns } from '@footfall/warehouse/columns';
import { DecimalColumn, ItemsColumn, type NativeColumn, TextColumn } from '@footfall/warehouse/native';

type OrderColumnName = (typeof orderColumns)[number];

function newColumns(rowsMax: number) {
	return {
		order_id: new TextColumn(),
		refund_id: new TextColumn(),
		tax: new DecimalColumn(rowsMax),
		shipping: new DecimalColumn(rowsMax),
		discount: new DecimalColumn(rowsMax),
		coupon: new TextColumn(),
		items: new ItemsColumn(rowsMax),
	} satisfies Record<OrderColumnName, NativeColumn>;
}

/** Whether details have a field of an order or a refund. Others have only the id of a product. */
export const isOrder = ({ orderId, refundId, coupon, tax, shipping, discount, items }: EventDetails): boolean =>
	tax + shipping + discount > 0 || items.length > 0 || orderId + refundId + coupon !== '';

const none = {
	orderId: '',
	refundId: '',
	tax: 0,
	shipping: 0,
	discount: 0,
	coupon: '',
	items: [],
} as const satisfies Omit<EventDetails, 'productId'>;

/**
 * The columns of `events` that only orders and refunds fill. They exist from the first row that has any on, since a
 * block without them is built and read faster, and ClickHouse fills in their defaults.
 */
export class OrderRows {
	readonly #rowsMax: number;
	#columns: ReturnType<typeof newColumns> | undefined;
	#rows = 0;

	/** @param rowsMax maximum number of rows */
	constructor(rowsMax: number) {
		this.#rowsMax = rowsMax;
	}

	/** Sets the values of a row. Rows are set in their order, and those between have the defaults. */
	set(row: number, details: Omit<EventDetails, 'productId'>): void {
		this.#columns ??= newColumns(this.#rowsMax);
		this.#fillTo(row);
		this.#push(details);
	}

	/** The columns with a value in each row; none if no row was set. */
	finish(rows: number): Partial<ReturnType<typeof newColumns>> {
		if (this.#columns !== undefined) this.#fillTo(rows);
		return this.#columns ?? {};
	}

	#fillTo(row: number): void {
		while (this.#rows < row) this.#push(none);
	}

	#push(details: Omit<EventDetails, 'productId'>): void {
		const columns = this.#columns as ReturnType<typeof newColumns>;
		columns.order_id.pushText(details.orderId);
		columns.refund_id.pushText(details.refundId);
		columns.tax.push(details.tax);
		columns.shipping.push(details.shipping);
		columns.discount.push(details.discount);
		columns.coupon.pushText(details.coupon);
		columns.items.push(details.items);
		this.#rows++;
	}
}
