import { buildInfo, StartRefusal, surviveLostOutput, versionLine } from '@footfall/host';
import { checkPlatform } from '@footfall/warehouse/platform';
import { help } from './command.js';
import { commands } from './command-table.js';
import { parseArguments, type Request } from './parse-arguments.js';
import { readText } from './settings/read-text.js';
import { complain, refused, usage } from './terminal/complain.js';
import { exitCodes } from './terminal/exit-code.js';
import { noProgress, progressLines } from './terminal/progress.js';

/** Runs a command line. @param signal aborted when the command is to stop @returns the exit code */
export async function runCommandLine(words: readonly string[], signal: AbortSignal): Promise<number> {
	const lostOutput = surviveLostOutput();
	const code = await runRequest(words, signal);
	const reason = await lostOutput();
	// A caller must not take output that is cut for the whole.
	return reason !== undefined && code === exitCodes.success
		? refused(`a part of the output could not be written (${reason})`, exitCodes.refused)
		: code;
}

async function runRequest(words: readonly string[], signal: AbortSignal): Promise<number> {
	const request = parseArguments(commands, words, process.env, readText);
	switch (request.kind) {
		case 'help':
			print(help(commands, request.command));
			return exitCodes.success;
		case 'version':
			print(versionLine(buildInfo()));
			return exitCodes.success;
		case 'fault':
			return usage(...request.lines);
		case 'run':
			return runCommand(request, signal);
	}
}

async function runCommand(
	{ command, operands, settings, origins, warnings, settingsFaults }: Extract<Request, { kind: 'run' }>,
	signal: AbortSignal,
): Promise<number> {
	if (signal.aborted) return exitCodes.interrupted;
	for (const line of warnings) complain(line);
	try {
		// Checked before a native library is loaded, whose own error would not name a remedy.
		if (!command.startsNothing && settings.clickhouseUrl === undefined) checkPlatform();
		const progress = process.stderr.isTTY ? progressLines((line) => process.stderr.write(`${line}\n`)) : noProgress;
		const context = { signal, print, write, terminal: process.stdout.isTTY === true, progress };
		return await command.run(settings, context, origins, operands, settingsFaults);
	} catch (error) {
		if (signal.aborted) return exitCodes.interrupted;
		if (!(error instanceof StartRefusal)) throw error;
		return refused(error.message, exitCodes.refused);
	}
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

function write(bytes: Uint8Array): Promise<boolean> {
	return new Promise((resolve) => process.stdout.write(bytes, (error) => resolve(!error)));
}
