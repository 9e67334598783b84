// Receives the webhooks of a payment provider, and tells Footfall of the orders that are paid.
import { setTimeout as wait } from 'node:timers/promises';
import { createFootfall } from '@footfall/node';
import express from 'express';
import { orderOf } from './order.js';
import { isSigned } from './signature.js';

const {
	FOOTFALL_COLLECTOR: collector = 'http://127.0.0.1:7070',
	FOOTFALL_KEY: key,
	WEBHOOK_SECRET: secret,
	PORT: port = '3000',
	/** Time within which the provider gets an answer, ms. Providers wait for 10 seconds or more. */
	ANSWER_WITHIN_MS: answerWithinMs = '8000',
} = process.env;
if (!secret) throw new Error('Set WEBHOOK_SECRET to the secret with which the provider signs its webhooks.');

const footfall = createFootfall({ collector, site: 'shop', key });
const app = express();

// The signature is that of the bytes that were sent, so the body is not parsed before.
app.post('/webhooks/payments', express.raw({ type: () => true, limit: '256kb' }), async (request, response) => {
	const { body } = request;
	if (!Buffer.isBuffer(body) || !isSigned(body, request.get('stripe-signature'), secret, Date.now())) {
		response.status(400).send('The signature is wrong or too old.\n');
		return;
	}
	const order = orderOf(JSON.parse(body.toString()));
	if (order === undefined) {
		response.send('This webhook is about no paid order.\n');
		return;
	}
	// The answer is 200 only when the collector has the order on its disk. The provider sends the webhook again after any
	// other answer. A repeat has the same order id and the same event id, so the order counts once.
	try {
		const isStored = await Promise.race([
			footfall.order(order).then(() => true),
			wait(Number(answerWithinMs), false, { ref: false }),
		]);
		if (isStored) response.send('The order is stored.\n');
		else response.status(503).send('The collector has not stored the order yet.\n');
	} catch (error) {
		response.status(500).send(`The order is not stored: ${error.message}\n`);
	}
});

const server = app.listen(Number(port), '127.0.0.1', () => console.log(`Webhooks go to port ${port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, () => {
		server.close();
		void footfall.close(1_000);
	});
}
