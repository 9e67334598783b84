// A collector in a separate process, as the benchmarks measure it. Argument: JSON with address (of ClickHouse) and
// directory.
import { startCollector } from '@footfall/collector';
import { connect } from '@footfall/warehouse';

const { address, directory, ...options } = JSON.parse(process.argv[2]);
const collector = await startCollector({
	port: 0,
	adminPort: 0,
	walDirectory: directory,
	sites: [{ key: 'shop', origins: 'any' }],
	trackerScript: new Uint8Array(),
	visitorSecret: 'the secret of the benchmarks',
	logger: { info() {}, warn() {}, error: (fields, message) => process.stderr.write(`${message} ${fields.err}\n`) },
	warehouse: connect(address),
	...options,
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.on('SIGTERM', async () => {
	await collector.stop();
	process.exit(0);
});
process.stdout.write(`${JSON.stringify({ publicUrl: collector.publicUrl, adminUrl: collector.adminUrl })}\n`);
