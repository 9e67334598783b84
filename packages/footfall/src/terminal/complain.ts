import { withoutCredentials } from '@footfall/host';
import { exitCodes } from './exit-code.js';
import { terminalText } from './terminal-text.js';

/**
 * Prints an error or a warning, with its remedy, as one line on stderr. Any setting may hold a URL by mistake, and
 * errors name the setting's value, so credentials are left out of every line. Errors of ClickHouse may quote data of
 * events, which the terminal must not obey.
 */
export function complain(line: string): void {
	process.stderr.write(`footfall: ${terminalText(withoutCredentials(line))}\n`);
}

/** Prints the faults of a command line. @returns the exit code of a usage error */
export function usage(...faults: string[]): number {
	for (const fault of faults) complain(fault);
	return exitCodes.usage;
}

/** Prints why a command ends. @returns the given exit code */
export function refused(message: string, code: number): number {
	complain(message);
	return code;
}
