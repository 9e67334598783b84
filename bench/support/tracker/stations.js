// The servers of the trackers: a sink behind a gate for each, and for ours the real collector over a real ClickHouse
// behind a gate.
import { join } from 'node:path';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';
import { startServer } from '../processes.js';
import { openGate } from './counting-gate.js';
import { ours, peers } from './scripts.js';
import { startSink } from './sink.js';

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function peerStation(name) {
	const [gate, sink] = await Promise.all([openGate(), startSink(name)]);
	gate.leadTo(sink.url);
	return {
		name,
		gate,
		/** Ids of the events that arrived, with every copy. */
		arrived: async () => sink.received,
		/** Stops the collector and starts it again. */
		async restart() {
			gate.set('reset');
			await wait(3_000);
			gate.set('open');
		},
		async stop() {
			await gate.stop();
			sink.stop();
		},
	};
}

async function ourStation(directory) {
	const gate = await openGate();
	const clickhouse = await startEmbeddedServer({ directory: join(directory, 'clickhouse') });
	const address = { url: clickhouse.url, ...clickhouse.writer };
	const warehouse = connect(address);
	await migrate(warehouse);
	const start = async () => {
		const collector = await startServer('collector-server.js', { address, directory: join(directory, 'log') });
		gate.leadTo(collector.publicUrl);
		return collector;
	};
	let collector = await start();
	return {
		name: ours,
		gate,
		warehouse,
		async arrived() {
			const rows = await warehouse.query(`SELECT obj_id FROM events FINAL`);
			return rows.map(({ obj_id }) => obj_id);
		},
		async restart() {
			process.kill(collector.pid, 'SIGKILL');
			gate.set('reset');
			await wait(3_000);
			collector = await start();
			gate.set('open');
		},
		async stop() {
			await gate.stop();
			await collector.stop();
			await warehouse.close();
			await clickhouse.stop();
		},
	};
}

export const startStations = (directory) => Promise.all([ourStation(directory), ...peers.map(peerStation)]);
