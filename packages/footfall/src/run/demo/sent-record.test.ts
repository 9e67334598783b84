import { eventId } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { SentRecord } from './sent-record.js';

describe('SentRecord', () => {
	it('counts an event that is added twice once, under the id that the collector derives', () => {
		const record = new SentRecord();
		const event = { visitor: 1, stream: 2, sequence: 3, index: 4 };
		record.add(event);
		record.add({ ...event });
		record.add({ ...event, index: 5 });
		expect([...record.ids()]).toEqual([eventId(1, 2, 3, 4), eventId(1, 2, 3, 5)]);
		expect(record.visitors()).toEqual([1]);
	});

	it('counts an event of the server if a page has told of its visitor, before or after it', () => {
		const record = new SentRecord();
		const page = { visitor: 1, stream: 2, sequence: 3, index: 4 };
		const money = { name: 'order', refundId: '', amount: 5, currency: 'EUR' } as const;
		record.addOfServer('before', 1);
		record.addOfServer('of a stranger', 7);
		for (const visitor of [1, 7]) record.addMoney({ ...money, visitor, orderId: `of ${visitor}` });
		expect([record.ids().size, record.revenue()]).toEqual([0, new Map()]);
		record.add(page);
		record.addOfServer('after', 1);
		expect([...record.ids()]).toEqual([eventId(1, 2, 3, 4), 'before', 'after']);
		expect(record.visitors()).toEqual([1]);
		expect(record.revenue()).toEqual(new Map([['EUR', 50_000n]]));
	});
});
