import { beforeAll, describe, expect, it } from 'vitest';
import * as self from './index.js';
import { type Bundle, bundle } from './testing/bundle.js';

const { beforeSend, consent, experiment, flush, identify, init, on, page, reset, track } = self;

let built: Bundle;

beforeAll(async () => {
	built = await bundle('footfall.mjs');
});

describe('on a server, where there is no document', () => {
	it('every function can be imported and called, and does nothing', async () => {
		init({ site: 'shop', collector: 'https://events.shop.example' });
		page();
		track('signup', { amount: 5 });
		identify('ann', { plan: 'free' });
		experiment('header', 'b');
		consent('granted');
		reset();
		beforeSend(() => null);
		on('ack', () => expect.unreachable());
		await expect(flush()).resolves.toBeUndefined();
	});

	it('every function of the built module can be imported and called, and does nothing', async () => {
		const api = (await import(`data:text/javascript,${encodeURIComponent(built.code)}`)) as typeof import('./index.js');
		expect(new Set(Object.keys(api))).toEqual(new Set(Object.keys(self)));
		api.init({ site: 'shop', collector: 'https://events.shop.example' });
		api.track('signup');
		await expect(api.flush()).resolves.toBeUndefined();
	});
});

describe('the built file', () => {
	it('contains the encoding half of the protocol, and neither the decoder nor code of other packages', () => {
		const protocolModules = built.modules
			.filter((path) => path.includes('/protocol/'))
			.map((path) => path.replace(/.*\//, ''));
		expect(protocolModules).toContain('encode-small.js');
		expect(protocolModules).not.toContain('decode.js');
		expect(protocolModules).not.toContain('reader.js');
		expect(built.modules.every((path) => /packages\/(tracker|protocol)\//.test(path))).toBe(true);
	});
});
