import { expect, it } from 'vitest';
import { collectorDefaults } from '../../options.js';
import { siteTable } from '../intake/site-table.js';
import { SharedRoom } from '../limits/memory-budget.js';
import { Admission } from '../limits/rate-limits.js';
import { senderAddress } from '../limits/sender-address.js';
import { BodyJudge } from './body-validator.js';

it('a body that comes when the thread has ended is told that the collector stops', async () => {
	const judge = new BodyJudge({
		sites: siteTable([{ key: 'shop', origins: 'any' }]),
		admission: new Admission(collectorDefaults),
		room: new SharedRoom(1_000_000),
	});
	await judge.close();
	const body = { bytes: Buffer.from('[]'), contentType: '', site: 'shop', origin: '' };
	const verdict = await judge.judge(body, senderAddress('198.51.100.1'), { isGone: false });
	expect(verdict).toMatchObject({ kind: 'wait', wait: { reason: 'stopping' } });
});
