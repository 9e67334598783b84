import { quoted } from '@footfall/json';

/** The verbs of `footfall orders`, in the order of its help. */
export const ordersVerbs = [
	{
		name: 'compare',
		form: 'compare FILE',
		meaning:
			"Compares a CSV file of the shop's own orders (order_id, amount, currency) with the mart orders: those that only one side has, those that differ, and the totals.",
	},
] as const;

/** The file to compare, or the fault of the arguments. */
export type OrdersRequest = { ok: true; path: string } | { ok: false; fault: string };

/** Parses the arguments of `footfall orders`. Pure. */
export function readOrdersVerb(operands: readonly string[]): OrdersRequest {
	const [word, path, surplus] = operands;
	const form = 'footfall orders compare FILE';
	if (word === undefined) return { ok: false, fault: `orders requires a verb: ${form}` };
	if (word !== 'compare') return { ok: false, fault: `unknown verb ${quoted(word)}; use ${form}` };
	if (path === undefined) return { ok: false, fault: `compare requires a file: ${form}` };
	if (surplus !== undefined) return { ok: false, fault: `unexpected argument ${quoted(surplus)}; use ${form}` };
	return { ok: true, path };
}
