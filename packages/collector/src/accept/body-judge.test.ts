import { expect, it } from 'vitest';
import { collectorDefaults } from '../options.js';
import { Admission } from './admission.js';
import { BodyJudge } from './body-judge.js';
import { senderAddress } from './sender-address.js';
import { SharedRoom } from './shared-room.js';
import { siteTable } from './site-table.js';

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
