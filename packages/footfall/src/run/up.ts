import { once } from 'node:events';
import type { stackOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { Origin } from '../settings/read-settings.js';
import { sitesFileOf } from '../stack/follow-sites.js';
import { createLogger } from '../stack/logger.js';
import { projectFolder } from '../stack/read-project.js';
import { Shutdown } from '../stack/shutdown.js';
import { addresses, startStack } from '../stack/stack.js';
import { commandName } from '../terminal/command-name.js';
import type { Context } from '../terminal/context.js';
import { exitCodes } from '../terminal/exit-code.js';
import { nextSteps } from './next-steps.js';

/** `footfall up`: runs the whole stack until SIGINT, SIGTERM or SIGHUP. */
export async function runUp(
	settings: Settings<(typeof stackOptions)[number] | 'config'>,
	{ signal, print, progress }: Context,
	origins: Readonly<Record<'sites', Origin>>,
): Promise<number> {
	const shutdown = new Shutdown();
	const log = createLogger(settings.logLevel);
	try {
		const sitesFile = sitesFileOf(settings, origins);
		const stack = await startStack(settings, { signal, shutdown, log, progress, sitesFile });
		for (const line of addresses(stack, settings.sites[0]?.key ?? '')) print(line);
		const isSetUp = settings.config !== undefined || projectFolder(settings) !== undefined;
		for (const line of nextSteps({ command: commandName(), adminUrl: stack.collector.adminUrl, isSetUp })) print(line);
		if (!signal.aborted) await once(signal, 'abort');
		print('Stopping.');
	} finally {
		for (const fault of await shutdown.run()) log.error(fault);
	}
	return exitCodes.success;
}
