import type { CrowdOrder } from '@footfall/demo-shop/crowd';
import { DetailSpans, ItemSpans, type Span } from '@footfall/protocol/decode';
import type { orderColumns } from '@footfall/warehouse/columns';
import { DecimalColumn, ItemsColumn, type NativeColumn, TextColumn } from '@footfall/warehouse/native';

type OrderColumnName = (typeof orderColumns)[number];

const noBytes = Buffer.alloc(0);
const noDetail = new DetailSpans();

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

	/** @param order undefined for an event that is neither an order nor a refund */
	push(order: CrowdOrder | undefined): void {
		const { bytes, detail } = order === undefined ? { bytes: noBytes, detail: noDetail } : spansOf(order);
		const { columns } = this;
		columns.order_id.push(bytes, detail.orderId);
		columns.refund_id.push(bytes, detail.refundId);
		columns.tax.push(detail.tax);
		columns.shipping.push(detail.shipping);
		columns.discount.push(detail.discount);
		columns.coupon.push(bytes, detail.coupon);
		columns.items.push(bytes, detail.items);
	}
}

/** The fields of an order in the form that the columns take: positions in bytes. */
function spansOf(order: CrowdOrder): { bytes: Buffer; detail: DetailSpans } {
	let text = '';
	const place = (span: Span, value: string) => {
		span.start = Buffer.byteLength(text);
		text += value;
		span.end = Buffer.byteLength(text);
	};
	const detail = new DetailSpans();
	place(detail.orderId, order.orderId);
	place(detail.refundId, order.refundId);
	place(detail.coupon, order.coupon);
	const { tax, shipping, discount } = order;
	Object.assign(detail, { tax, shipping, discount });
	detail.items = order.items.map(({ productId, name, price, quantity }) => {
		const item = Object.assign(new ItemSpans(), { price, quantity });
		place(item.productId, productId);
		place(item.name, name);
		return item;
	});
	return { bytes: Buffer.from(text), detail };
}
