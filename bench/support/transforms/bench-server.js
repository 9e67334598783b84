import { mkdtempSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build, compileOrThrow } from '@footfall/transforms';
import { connect, migrate, startEmbeddedServer } from '@footfall/warehouse';
import { processorMs } from '../processor-time.js';

/** A ClickHouse server of the benchmark, with what measures work on it. @param project the compiled models */
export async function startBenchServer(project = compileOrThrow()) {
	const scratch = mkdtempSync(join(tmpdir(), 'footfall-bench-'));
	process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
	const server = await startEmbeddedServer({ directory: join(scratch, 'clickhouse') });
	const connection = () => connect({ url: server.url, ...server.writer });
	const [warehouse, watcher] = [connection(), connection()];
	await migrate(warehouse);

	/** Wall time, and processor time of the server, of some work, milliseconds. */
	async function timed(work) {
		const processorStart = processorMs(server.pid);
		const startMs = performance.now();
		await work();
		return { wallMs: performance.now() - startMs, processorMs: processorMs(server.pid) - processorStart };
	}

	/** Peak memory of a single statement while some work runs, bytes. */
	async function peakBytesDuring(work) {
		let peak = 0;
		let isDone = false;
		const watching = (async () => {
			while (!isDone) {
				const [row] = await watcher.query(
					`SELECT toString(max(peak_memory_usage)) AS bytes FROM system.processes WHERE current_database = 'footfall'
						AND query NOT LIKE '%system.processes%' AND query NOT LIKE 'INSERT INTO events%'`,
				);
				peak = Math.max(peak, Number(row?.bytes ?? 0));
				await wait(50);
			}
		})();
		await work().finally(() => {
			isDone = true;
		});
		await watching;
		return peak;
	}

	/** A run that must be published. */
	async function publish(options = {}, models = project) {
		const report = await build(warehouse, models, options);
		const faults = report.own.flatMap(({ fault }) => fault ?? []);
		if (report.outcome !== 'published' || faults.length > 0)
			throw new Error(`the run was ${report.outcome}: ${JSON.stringify(report.tests)} ${faults.join('\n')}`);
		return report;
	}

	/** Replaces all events by none, and publishes that: a history that begins again. */
	async function empty() {
		await warehouse.command('TRUNCATE TABLE events');
		await publish({ fullRefresh: true });
	}

	async function stop() {
		await warehouse.close();
		await watcher.close();
		await server.stop();
	}
	return {
		warehouse,
		project,
		pid: server.pid,
		niceness: getPriority(server.pid),
		timed,
		peakBytesDuring,
		publish,
		empty,
		stop,
	};
}
