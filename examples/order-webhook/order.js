/**
 * The order of a webhook, or undefined if it is about something else. The shop has given its order id and the visitor
 * to the provider when it created the payment: `client_reference_id: orderId` and
 * `metadata: { footfall_visitor: visitor }`, where the page sends `footfall.visitor()` to the shop's server.
 */
export function orderOf({ id, type, created, data }) {
	const session = data?.object;
	if (type !== 'checkout.session.completed' || session?.payment_status !== 'paid') return undefined;
	const currency = session.currency.toUpperCase();
	return {
		orderId: session.client_reference_id,
		amount: majorUnits(session.amount_total, currency),
		currency,
		visitorId: session.metadata?.footfall_visitor,
		at: created * 1_000,
		eventId: id,
	};
}

/** Providers send whole numbers of the smallest unit: 1250 for 12.50 EUR, but 1250 for 1250 JPY. */
function majorUnits(amount, currency) {
	const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
	return amount / 10 ** maximumFractionDigits;
}
