// The main module of a worker process. It acts on messages of its group, and ends when the group ends.
import { StartRefusal, surviveLostOutput } from '@footfall/host';
import { endWithParent } from '@footfall/host/kernel';
import { connect } from '@footfall/warehouse';
import { createBirpc } from 'birpc';
import type { Logger } from '../logger.js';
import { realFileSystem } from '../wal/file-system.js';
import { type CollectorWorker, startWorker } from '../worker.js';
import type { GroupCalls, WorkerCalls } from './worker-calls.js';

endWithParent();
surviveLostOutput();

let running: CollectorWorker | undefined;

/** @throws Error before the start; the group calls in order, so this is a bug */
function worker(): CollectorWorker {
	if (running === undefined) throw new Error('the worker has not started');
	return running;
}

const calls: WorkerCalls = {
	async start({ options, place, orphans }) {
		const warehouse = connect(options.warehouse);
		try {
			const whole = { ...options, warehouse, logger, fileSystem: realFileSystem };
			running = await startWorker(whole, { orphans, place });
			return { publicUrl: running.publicUrl };
		} catch (error) {
			await warehouse.close();
			if (error instanceof StartRefusal) return { refusal: error.message };
			throw error;
		}
	},
	unreadiness: () => worker().unreadiness(),
	metrics: () => worker().metrics(),
	replaceSites: (sites) => worker().replaceSites(sites),
	drained: () => worker().drained(),
	handOff: () => worker().handOff(),
	stop,
};

async function stop(): Promise<void> {
	await running?.stop();
	// After the answer was sent: the channel keeps the process alive.
	setImmediate(() => process.disconnect?.());
}

const group = createBirpc<GroupCalls, WorkerCalls>(calls, {
	post: (message) => process.connected && process.send?.(message),
	on: (listener) => process.on('message', listener),
	eventNames: ['log'],
	timeout: -1,
});

const say = (level: 'info' | 'warn' | 'error') => (fields: object, message: string) =>
	group.log(level, fields, message);
const logger: Logger = { info: say('info'), warn: say('warn'), error: say('error') };

// Ctrl-C and the end of a terminal may reach every process of the terminal; only the group reacts to them.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => void stop());
// The group has stopped this worker, or has ended. The next group may be starting already, with this port and this WAL.
// Acknowledged events are durable, so an immediate end loses nothing, while an orderly stop would block the next
// worker.
process.on('disconnect', () => process.exit());
