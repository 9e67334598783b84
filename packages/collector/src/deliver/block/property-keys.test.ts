import type { WireEvent } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { encodeClient } from '../../client.js';
import { frame } from '../../testing/frames.js';
import { buildBlock } from './event-block.js';
import { PropertyKeys } from './property-keys.js';

const client = encodeClient({ browser: '', os: '', device: '', isBot: false });

/** Creates a record with one event for each of these properties. */
function record(site: string, properties: Record<string, string>[]) {
	const events = properties.map((props, i): WireEvent => [i, 0, 'view', '', '', 0, 0, '', props]);
	return { receivedAtMs: 1_764_000_000_000, events: events.length, client, frame: frame({ site, events }) };
}

const sizes = (records: ReturnType<typeof record>[], propertyKeysMax: number) => {
	const { propertyKeys } = buildBlock(records, 'label', { propertyKeysMax });
	return Object.fromEntries([...propertyKeys].map(([site, keys]) => [site, keys.size]));
};

describe('the property keys of a block', () => {
	it('property keys are counted once each, by site, whatever their values', () => {
		const shop = record('shop', [{ size: '1' }, { size: '2', colour: 'red' }, {}, { colour: '' }]);
		const blog = record('blog', [{ size: '1' }]);
		expect(sizes([shop, blog, shop], 1_000)).toEqual({ shop: 2, blog: 1 });
	});

	it('property keys are counted up to a limit', () => {
		const made = Array.from({ length: 100 }, (_, i) => ({ [`a${i}`]: '', [`b${i}`]: '', [`ü${i}`]: '' }));
		expect(sizes([record('shop', made)], 1_000)).toEqual({ shop: 300 });
		expect(sizes([record('shop', made)], 299)).toEqual({ shop: 299 });
	});

	it('property keys are counted separately although they collide under a hash without a key', () => {
		// 32-bit FNV-1a is equal for both keys of each pair.
		const pairs = { costarring: '', liquid: '', declinate: '', macallums: '', altarage: '', zinke: '' };
		expect(sizes([record('shop', [pairs])], 1_000)).toEqual({ shop: 6 });
	});

	it('property keys add up over blocks with the same hash key only', () => {
		const keys = new PropertyKeys(['shop'], 1_000, () => {});
		const { hashKey } = keys;
		for (let block = 0; block < 3; block++) {
			const records = [record('shop', [{ size: '1' }, { colour: 'red' }])];
			keys.add(buildBlock(records, 'label', { propertyKeysMax: 1_000, hashKey }).propertyKeys);
		}
		expect(keys.counts()).toEqual([['shop', 2]]);
	});

	it('counting property keys does not change the block', () => {
		const records = [record('shop', [{ size: '1' }, { colour: 'red' }])];
		const blocks = [0, 1, 1_000].map((propertyKeysMax) => buildBlock(records, 'label', { propertyKeysMax }));
		const bytes = blocks.map(({ chunks }) => Buffer.concat(chunks));
		expect(bytes[1]).toEqual(bytes[0]);
		expect(bytes[2]).toEqual(bytes[0]);
	});
});

describe('the property keys of a site', () => {
	const found = (...keys: number[]) => new Map([['shop', new Set(keys)]]);

	it('property keys add up over blocks, and too many are reported once', () => {
		const many: string[] = [];
		const keys = new PropertyKeys(['shop', 'blog'], 4, (site) => many.push(site));
		keys.add(found(1, 2));
		keys.add(found(2, 3));
		keys.add(new Map([['gone', new Set([1])]]));
		expect(keys.counts()).toEqual([
			['shop', 3],
			['blog', 0],
		]);
		expect(many).toEqual([]);
		keys.add(found(4, 5, 6));
		keys.add(found(7));
		expect(keys.counts()[0]).toEqual(['shop', 4]);
		expect(many).toEqual(['shop']);
	});
});
