import { startTestWarehouse } from '@footfall/warehouse/testing';
import { startTestCollector } from '../../../packages/collector/src/testing/test-collector.js';
import { builtScript } from '../../../packages/tracker/src/testing/bundle.js';

/** A row of the raw table, as far as tests of pages look at it. */
interface StoredEvent {
	name: string;
	obj: string;
	obj_id: string;
	product_id: string;
	order_id: string;
	url: string;
	title: string;
}

/** A collector and a ClickHouse, which serve the tracker's files and store events of the site `shop`. */
export interface RealCollector {
	url: string;
	/** Events of the pages below an address, in order of their time. */
	stored(address: string): Promise<StoredEvent[]>;
	stop(): Promise<void>;
}

export async function startRealCollector(): Promise<RealCollector> {
	const clickhouse = await startTestWarehouse();
	const [trackerScript, vitalsScript, dataLayerScript] = await Promise.all(
		(['footfall.js', 'footfall-vitals.js', 'footfall-datalayer.js'] as const).map(async (name) =>
			Buffer.from(await builtScript(name)),
		),
	);
	const collector = await startTestCollector(clickhouse.warehouse, {
		...(trackerScript && { trackerScript }),
		...(vitalsScript && { vitalsScript }),
		...(dataLayerScript && { dataLayerScript }),
		sites: [{ key: 'shop', origins: 'any' }],
	});
	return {
		url: collector.publicUrl,
		async stored(address) {
			await collector.drained();
			return clickhouse.warehouse.query<StoredEvent>(
				'SELECT name, obj, obj_id, product_id, order_id, url, title FROM events FINAL WHERE startsWith(url, {address:String}) ORDER BY ts',
				{ params: { address } },
			);
		},
		async stop() {
			await collector.remove();
			await clickhouse.stop();
		},
	};
}
