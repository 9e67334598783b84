import { readFileSync } from 'node:fs';

/** The text of a file, or that the file does not exist, or the reason why it cannot be read. */
export type TextResult = { kind: 'text'; text: string } | { kind: 'absent' } | { kind: 'unreadable'; reason: string };

/** Reads a file as UTF-8. */
export function readText(path: string): TextResult {
	try {
		return { kind: 'text', text: readFileSync(path, 'utf8') };
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return { kind: 'absent' };
		// Node appends the system call and the path: "EACCES: permission denied, open 'footfall.json'".
		return { kind: 'unreadable', reason: message.split(', ')[0] as string };
	}
}
