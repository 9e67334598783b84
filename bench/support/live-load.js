// A simulated crowd in a separate process. Argument: JSON with url and adminUrl of the collector, shoppers, seconds,
// and batchesPerSecond for a fixed rate. Prints the processor time of events in the crowd and in the collector, once
// all connections are open.
import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { simulateLive } from '@footfall/simulation';
import { metric } from './processes.js';

const { url, adminUrl, shoppers, seconds, transport = 'ws', ...pace } = JSON.parse(process.argv[2]);

/** Processor time so far, and the number of events in it. */
async function look({ acked }) {
	const { user, system } = process.cpuUsage();
	return { acked, crowdUs: user + system, collectorUs: 1e6 * (await metric(adminUrl, 'process_cpu_seconds_total')) };
}

/** Both processes still open connections and compile code in the first second. */
let first;
const counts = await simulateLive({
	crowd: crowdDefaults,
	site: 'shop',
	address: url,
	transport,
	shoppers,
	durationMs: seconds * 1_000,
	...pace,
	onProgress: (counts) => {
		first ??= look(counts);
	},
});
const [from, to] = await Promise.all([first, look(counts)]);
const events = to.acked - from.acked;
const perEvent = (of) => (to[of] - from[of]) / events;
const costs = { crowdUs: perEvent('crowdUs'), collectorUs: perEvent('collectorUs') };
process.stdout.write(`${JSON.stringify({ ...counts, ...costs, perSecond: events / (seconds - 1) })}\n`);
process.exitCode = 0;
