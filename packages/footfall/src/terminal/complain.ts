import { exitCodes } from './exit-code.js';

/** Prints an error or a warning, with its remedy, as one line on stderr. */
export function complain(line: string): void {
	process.stderr.write(`footfall: ${line}\n`);
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
