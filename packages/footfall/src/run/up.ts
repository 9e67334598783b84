import { once } from 'node:events';
import type { Surroundings } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { createLog } from '../log.js';
import type { Settings } from '../option.js';
import type { stackOptions } from '../option-groups.js';
import { Shutdown } from '../shutdown.js';
import { addresses, startStack } from '../stack.js';

/** `footfall up`: until a signal comes. */
export async function runUp(
	settings: Settings<(typeof stackOptions)[number]>,
	{ signal, print }: Surroundings,
): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLog(settings.logLevel);
	try {
		const stack = await startStack(settings, { signal, shutdown, log });
		for (const line of addresses(stack, settings.sites[0]?.key ?? '')) print(line);
		if (!signal.aborted) await once(signal, 'abort');
		print('Stopping.');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}
