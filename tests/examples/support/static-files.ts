/** Sets the port of the command with which the examples without a build serve their files. */
export function servedOn(command: string, port: number): string {
	if (!command.includes('-p 8000')) throw new Error(`the command names no port: ${command}`);
	return command.replace('-p 8000', `-p ${port}`);
}
