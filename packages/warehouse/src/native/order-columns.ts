import type { EventDetails } from '@footfall/protocol/decode';
import type { orderColumns } from '../schema/event-columns.js';
import { ItemsColumn } from './items-column.js';
import { DecimalColumn, type NativeColumn, TextColumn } from './native-columns.js';

/** The fields of an order or a refund. */
export type OrderFields = Omit<EventDetails, 'productId'>;

const noOrder: OrderFields = {
	...{ orderId: '', refundId: '', coupon: '', items: [] },
	...{ tax: 0, shipping: 0, discount: 0 },
};

/** The columns of `events` that only orders and refunds fill, for blocks that have some. */
export class OrderColumns {
	readonly columns;

	/** @param rowsMax maximum number of rows */
	constructor(rowsMax: number) {
		this.columns = {
			order_id: new TextColumn(),
			refund_id: new TextColumn(),
			tax: new DecimalColumn(rowsMax),
			shipping: new DecimalColumn(rowsMax),
			discount: new DecimalColumn(rowsMax),
			coupon: new TextColumn(),
			items: new ItemsColumn(rowsMax),
		} satisfies Record<(typeof orderColumns)[number], NativeColumn>;
	}

	/** Appends a row. @param order missing for an event that is neither an order nor a refund */
	push({ orderId, refundId, tax, shipping, discount, coupon, items }: OrderFields = noOrder): void {
		const { columns } = this;
		columns.order_id.pushText(orderId);
		columns.refund_id.pushText(refundId);
		columns.tax.push(tax);
		columns.shipping.push(shipping);
		columns.discount.push(discount);
		columns.coupon.pushText(coupon);
		columns.items.push(items);
	}
}
