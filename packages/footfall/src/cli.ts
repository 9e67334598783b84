import { readFileSync } from 'node:fs';
import { StartRefusal } from '@footfall/warehouse/start-refusal';
import { type Command, help } from './command.js';
import { commands } from './commands/all.js';
import { complain } from './complain.js';
import { exitCodes } from './exit-code.js';
import { parseArguments } from './parse-arguments.js';
import { listenForSignals } from './signals.js';

/** Runs one command line. @returns the exit code */
export async function runCommandLine(words: readonly string[]): Promise<number> {
	const request = parseArguments(commands, words, process.env);
	switch (request.kind) {
		case 'help':
			print(help(commands, request.command));
			return exitCodes.success;
		case 'version':
			print(version());
			return exitCodes.success;
		case 'fault':
			for (const line of request.lines) complain(line);
			return exitCodes.usage;
		case 'run':
			return runCommand(request.command, request.settings);
	}
}

async function runCommand(command: Command, settings: Parameters<Command['run']>[0]): Promise<number> {
	const signal = listenForSignals();
	try {
		return await command.run(settings, { signal, print, terminal: process.stdout.isTTY === true });
	} catch (error) {
		if (signal.aborted) return exitCodes.interrupted;
		if (!(error instanceof StartRefusal)) throw error;
		complain(error.message);
		return exitCodes.refused;
	}
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}

function version(): string {
	return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
