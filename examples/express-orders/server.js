// A shop with one product, whose server tells Footfall of the orders.
import { randomUUID } from 'node:crypto';
import { createFootfall } from '@footfall/node';
import express from 'express';
import { productPage, thanksPage } from './pages.js';

const { FOOTFALL_COLLECTOR: collector = 'http://127.0.0.1:7070', FOOTFALL_KEY: key, PORT: port = '3000' } = process.env;
const address = `http://127.0.0.1:${port}`;
// The spool keeps the orders while the collector cannot be reached, and when this process ends.
const footfall = createFootfall({ collector, site: 'shop', key, url: `${address}/`, spool: 'spool' });

const app = express();

app.get('/', (_request, response) => {
	response.send(productPage(collector));
});

app.post('/orders', express.urlencoded({ extended: false }), (request, response) => {
	const orderId = randomUUID();
	// A real shop charges the customer and stores the order here. The customer does not wait for Footfall: the order is
	// in the spool when the call returns.
	void footfall.order({
		orderId,
		amount: 12.5,
		currency: 'EUR',
		items: [{ productId: '1', name: 'A mug', price: 12.5, quantity: 1 }],
		visitorId: visitorOf(request.body?.visitor),
		userAgent: request.get('user-agent'),
		ip: request.ip,
		url: `${address}/orders`,
	});
	response.redirect(303, '/thanks');
});

app.get('/thanks', (_request, response) => {
	response.send(thanksPage(collector));
});

/** The visitor's number, if the form has one: a page without the tracker sends an order, too. */
function visitorOf(text) {
	return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? text : undefined;
}

const server = app.listen(Number(port), '127.0.0.1', () => console.log(`The shop is on ${address}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, () => {
		server.close();
		void footfall.close();
	});
}
