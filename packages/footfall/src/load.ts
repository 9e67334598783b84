import { StartRefusal } from '@footfall/host';

/**
 * What a command runs is loaded when it runs: help and wrong flags answer at once, and a native part that does not load
 * is a refusal in words.
 */
export async function load<Module>(importing: Promise<Module>): Promise<Module> {
	try {
		return await importing;
	} catch (error) {
		const reason = error instanceof Error ? error.message.split('\n')[0] : error;
		throw new StartRefusal(
			`a native part does not load here (${reason}); use Linux with glibc, macOS, WSL2 or a Docker image such as node:20-slim`,
		);
	}
}
