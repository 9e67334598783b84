import { eventId } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { PageRecord } from './page-record.js';

describe('PageRecord', () => {
	it('counts an event that is added twice once, under the id that the collector derives', () => {
		const record = new PageRecord();
		const event = { visitor: 1, stream: 2, sequence: 3, index: 4 };
		record.add(event);
		record.add({ ...event });
		record.add({ ...event, index: 5 });
		expect([...record.ids()]).toEqual([eventId(1, 2, 3, 4), eventId(1, 2, 3, 5)]);
		expect(record.visitors()).toEqual([1]);
	});
});
