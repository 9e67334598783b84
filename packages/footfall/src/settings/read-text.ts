import { type PlainFile, readPlainFile, whyNoFile } from '@footfall/host';

/** The text of a file, or that the file does not exist, or the reason why it cannot be read. */
export type TextResult = { kind: 'text'; text: string } | { kind: 'absent' } | { kind: 'unreadable'; reason: string };

/** Maximum size of a settings file. One with a thousand sites has less than 1 MB. */
const bytesMax = 64 * 1024 * 1024;

/** Reads a plain file as UTF-8. */
export function readText(path: string): TextResult {
	try {
		return textOf(readPlainFile(path, { bytesMax }));
	} catch (error) {
		const { message } = error as NodeJS.ErrnoException;
		// Node appends the system call and the path: "EACCES: permission denied, open 'footfall.json'".
		return { kind: 'unreadable', reason: message.split(', ')[0] as string };
	}
}

function textOf(read: PlainFile): TextResult {
	if (read.kind === 'bytes') return { kind: 'text', text: read.bytes.toString('utf8') };
	if (read.kind === 'large') return { kind: 'unreadable', reason: `it has more than ${bytesMax / 1024 ** 2} MiB` };
	if (read.kind !== 'special') return { kind: 'absent' };
	return { kind: 'unreadable', reason: whyNoFile(read) };
}
