import { exitCodes } from './exit-code.js';

/** What is wrong and what to do, in one line on stderr. */
export function complain(line: string): void {
	process.stderr.write(`footfall: ${line}\n`);
}

/** Says what is wrong with the command line. @returns the exit code for that */
export function usage(...faults: string[]): number {
	for (const fault of faults) complain(fault);
	return exitCodes.usage;
}

/** Says why a command ends. @returns the exit code given */
export function refused(message: string, code: number): number {
	complain(message);
	return code;
}
