/** What is wrong and what to do, in one line on stderr. */
export function complain(line: string): void {
	process.stderr.write(`footfall: ${line}\n`);
}
