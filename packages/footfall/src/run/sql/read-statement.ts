import { addAbortSignal, type Readable } from 'node:stream';
import { plainFileStream, StartRefusal } from '@footfall/host';
import { withoutUrl } from '@footfall/json';

/** Longest statement, bytes: ClickHouse reads no longer one by default (`max_query_size`). */
export const statementBytesMax = 262_144;

/** A statement, or why there is none. */
export type StatementResult = { ok: true; statement: string } | { ok: false; fault: string };

const howToGive = 'give it as the argument, with --file, or on the standard input';

/** The possible sources of a statement. */
interface StatementSources {
	operands: readonly string[];
	/** Value of `--file`. */
	file: string | undefined;
	/** Whether `--file` was given as a flag, and not by a variable or a settings file, which an argument overrides. */
	isFileFlag: boolean;
	stdin: Readable & { isTTY?: boolean };
	signal: AbortSignal;
}

/**
 * Reads the statement from the argument, else from the file, else from the standard input.
 *
 * @throws StartRefusal if the file cannot be read
 */
export async function readStatement(sources: StatementSources): Promise<StatementResult> {
	const { operands, file, isFileFlag, stdin, signal } = sources;
	const [operand, ...surplus] = operands;
	if (surplus.length > 0) return fault('the statement is several arguments; put it into quotation marks');
	if (operand !== undefined && isFileFlag) return fault('the statement is given twice; remove the argument or --file');
	if (operand !== undefined) return checked(operand);
	if (file !== undefined) return checked(await readFrom(plainFileStream(file), `the file ${withoutUrl(file)}`, signal));
	if (stdin.isTTY) return fault(`there is no statement; ${howToGive}`);
	return checked(await readFrom(stdin, 'the standard input', signal));
}

function checked(text: string): StatementResult {
	if (Buffer.byteLength(text) > statementBytesMax)
		return fault(`the statement is longer than ${statementBytesMax} bytes; ClickHouse reads no longer one`);
	// A statement of spaces or of a semicolon alone is what an empty file or a variable that is not set leaves.
	if (/^[\s;]*$/.test(text)) return fault(`there is no statement; ${howToGive}`);
	return { ok: true, statement: text };
}

const fault = (words: string): StatementResult => ({ ok: false, fault: words });

/** Reads text up to one byte beyond the longest statement, so that an endless input ends. */
async function readFrom(stream: Readable, name: string, signal: AbortSignal): Promise<string> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	try {
		for await (const chunk of addAbortSignal(signal, stream)) {
			chunks.push(chunk);
			bytes += chunk.length;
			if (bytes > statementBytesMax) break;
		}
	} catch (error) {
		signal.throwIfAborted();
		const { code, message } = error as NodeJS.ErrnoException;
		throw new StartRefusal(`${name} cannot be read (${code ?? message}); ${howToGive}`);
	}
	return Buffer.concat(chunks).toString();
}
