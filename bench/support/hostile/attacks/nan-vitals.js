import { webSocketMessage } from '../../frames.js';
import { attackBatch } from '../attack-batch.js';
import { markerNumber, template } from '../template.js';

const values = ['nan', '-nan', 'inf', '-inf', '1e999', 'NaN', 'Infinity', '-Infinity', '-1e999'];
const metrics = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'];

export const nanVitals = {
	what: 'vitals whose value is not a finite number',
	run(target) {
		// Each value has its own page: where values are mixed, quantiles ignore those that are not numbers.
		const contexts = values.map((value) => [`https://shop.example/vitals/${value}`]);
		const events = metrics.flatMap((metric) => {
			return values.map((value, page) => [page, page, 'vital', 'page', metric, 0, 0, '', { value }]);
		});
		const numbers = { visitor: markerNumber, stream: markerNumber };
		const next = template(webSocketMessage(attackBatch({ ...numbers, contexts, events })));
		return target.flood(4, () => ({ bytes: next(), messages: 1 }));
	},
};
