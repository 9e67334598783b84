import type { CrowdOrder } from '@footfall/demo-shop/crowd';
import type { orderColumns } from '@footfall/warehouse/columns';
import { DecimalColumn, ItemsColumn, type NativeColumn, TextColumn } from '@footfall/warehouse/native';

type OrderColumnName = (typeof orderColumns)[number];

const noOrder: CrowdOrder = {
	...{ orderId: '', currency: '', refundId: '', coupon: '' },
	...{ tax: 0, shipping: 0, discount: 0, items: [] },
};

/** The columns of orders and refunds, for blocks of a history that has some. */
export class OrderColumns {
	readonly columns;

	constructor(rowsMax: number) {
		this.columns = {
			order_id: new TextColumn(),
			refund_id: new TextColumn(),
			tax: new DecimalColumn(rowsMax),
			shipping: new DecimalColumn(rowsMax),
			discount: new DecimalColumn(rowsMax),
			coupon: new TextColumn(),
			items: new ItemsColumn(rowsMax),
		} satisfies Record<OrderColumnName, NativeColumn>;
	}

	/** @param order missing for an event that is neither an order nor a refund */
	push({ orderId, refundId, tax, shipping, discount, coupon, items }: CrowdOrder = noOrder): void {
		const { columns } = this;
		columns.order_id.pushText(orderId);
		columns.refund_id.pushText(refundId);
		columns.tax.push(tax);
		columns.shipping.push(shipping);
		columns.discount.push(discount);
		columns.coupon.pushText(coupon);
		columns.items.push(items.map((item) => ({ ...item, category: '', variant: '' })));
	}
}
