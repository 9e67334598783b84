import type { Warehouse } from '@footfall/warehouse';
import type { MoneyLedger } from './money-ledger.js';

/** Sums by currency, from the mart of orders and from that of their days. */
const queries = {
	orders: `SELECT currency, toString(count()) AS orders, toString(sum(amount)) AS amount, toString(sum(refunded)) AS refunded
		FROM orders WHERE site = 'shop' GROUP BY currency ORDER BY currency`,
	order_days: `SELECT currency, toString(sum(d.orders)) AS orders, toString(sum(d.amount)) AS amount, toString(sum(d.refunded)) AS refunded
		FROM order_days AS d WHERE site = 'shop' GROUP BY currency ORDER BY currency`,
};

/**
 * Compares the sums of money in the marts with what was told, by currency and to the last digit.
 *
 * @returns `equal`, or the first difference in words
 */
export async function verifyMoney(warehouse: Warehouse, ledger: MoneyLedger): Promise<string> {
	const told = [...ledger.sums]
		.toSorted(([one], [other]) => (one < other ? -1 : 1))
		.map(([currency, { orders, amount, refunded }]) =>
			words(currency, `${orders}`, decimal(amount), decimal(refunded)),
		);
	for (const [mart, sql] of Object.entries(queries)) {
		const rows = await warehouse.query<Record<'currency' | 'orders' | 'amount' | 'refunded', string>>(sql);
		const shown = rows.map(({ currency, orders, amount, refunded }) => words(currency, orders, amount, refunded));
		for (let i = 0; i < Math.max(shown.length, told.length); i++)
			if (shown[i] !== told[i]) return `${mart} has ${shown[i]} where ${told[i]} was told`;
	}
	return 'equal';
}

const words = (currency: string, orders: string, amount: string, refunded: string) =>
	`${orders} orders of ${amount} ${currency}, refunded ${refunded}`;

/** The number as ClickHouse writes a decimal, without zeros at the end. */
function decimal(value: bigint): string {
	const digits = `${value}`.padStart(5, '0');
	return `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '');
}
