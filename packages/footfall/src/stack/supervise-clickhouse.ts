import { setTimeout as wait } from 'node:timers/promises';
import { type Accounts, type EmbeddedServer, startEmbeddedServer } from '@footfall/warehouse';
import type { Logger } from './logger.js';
import type { Shutdown } from './shutdown.js';

const restartDelayMsMin = 200;
const restartDelayMsMax = 30_000;

/** Warns the operator when the kernel does not confine ClickHouse to its own files. */
function logConfinement({ confinement }: EmbeddedServer, log: Logger): void {
	if (confinement.kind === 'unavailable') {
		log.warn(
			{ why: confinement.why },
			'the operating system does not confine ClickHouse to its own files; only its accounts and settings restrict it',
		);
	} else if (!confinement.network) {
		log.warn(
			'this kernel confines ClickHouse to its own files but cannot block its connections; Linux 6.7 or newer can',
		);
	}
}

/**
 * Starts an embedded ClickHouse and restarts it on the same port and data whenever it exits. The pause before a restart
 * is 200 ms, and doubles with each failed attempt up to 30 s. Meanwhile the collector keeps events in its WAL, so no
 * event is lost.
 */
export async function superviseClickHouse({
	directory,
	port,
	signal,
	shutdown,
	log,
}: {
	directory: string;
	/** HTTP port. 0 selects any free port; restarts use the same one. */
	port: number;
	signal: AbortSignal;
	shutdown: Shutdown;
	log: Logger;
}): Promise<{ url: string } & Accounts> {
	let stopping = false;
	let restarting: Promise<void> | undefined;
	const stopped = new AbortController();
	const start = (httpPort: number, startSignal: AbortSignal) =>
		startEmbeddedServer({
			directory,
			httpPort,
			signal: startSignal,
			onExit: (why) => {
				if (stopping) return;
				log.error({ why }, 'ClickHouse exited; restarting it');
				restarting = restart();
			},
		});
	let server: EmbeddedServer = await start(port, signal);
	logConfinement(server, log);
	const actualPort = Number(new URL(server.url).port);

	async function restart(): Promise<void> {
		for (let delayMs = restartDelayMsMin; !stopping; delayMs = Math.min(delayMs * 2, restartDelayMsMax)) {
			try {
				await wait(delayMs, undefined, { signal: stopped.signal });
				server = await start(actualPort, stopped.signal);
				log.warn({ url: server.url }, 'ClickHouse restarted');
				return;
			} catch (error) {
				if (!stopping) log.error({ error: String(error) }, 'ClickHouse could not be restarted');
			}
		}
	}

	shutdown.add('ClickHouse', async () => {
		stopping = true;
		stopped.abort();
		await restarting;
		await server.stop();
	});
	return { url: server.url, writer: server.writer, reader: server.reader };
}
