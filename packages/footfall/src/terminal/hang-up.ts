import { readFileSync, readlinkSync } from 'node:fs';

/** The facts that show whether this process was started to outlive its terminal. */
export interface HangUpSigns {
	/** Texts of `/proc/PID/status` of this process and of its parent; empty where the system has no `/proc`. */
	statuses: readonly string[];
	/** The variable `_`: the program that the shell started, which may have started this one in its place. */
	startedBy: string | undefined;
	/** Target of the standard input, and the text of its `/proc/self/fdinfo`. */
	stdin: { target: string; info: string };
}

/**
 * Whether SIGHUP was ignored when this process was started, as by nohup. Node resets all signals when it starts, so
 * that its own `SigIgn` does not show it. These are the traces that remain: the parent ignores it, too; a shell has
 * started nohup; or the standard input is what nohup puts in place of a terminal, `/dev/null` opened for writing. Pure.
 */
export function isHangUpIgnored({ statuses, startedBy, stdin }: HangUpSigns): boolean {
	if (statuses.some(ignoresHangUp) || /(^|\/)nohup$/.test(startedBy ?? '')) return true;
	const mode = Number.parseInt(/^flags:\s*(\d+)/m.exec(stdin.info)?.[1] ?? '0', 8) & 3;
	return stdin.target === '/dev/null' && mode === 1;
}

/** SIGHUP is signal 1: the lowest bit of the mask. */
function ignoresHangUp(status: string): boolean {
	const lowest = /^SigIgn:\s*[\da-f]*([\da-f])$/m.exec(status)?.[1] ?? '0';
	return (Number.parseInt(lowest, 16) & 1) === 1;
}

/** Reads the facts of this process. */
export function hangUpSigns(): HangUpSigns {
	return {
		statuses: [textOf('/proc/self/status'), textOf(`/proc/${process.ppid}/status`)],
		startedBy: process.env._,
		stdin: { target: orEmpty(() => readlinkSync('/proc/self/fd/0')), info: textOf('/proc/self/fdinfo/0') },
	};
}

const textOf = (path: string) => orEmpty(() => readFileSync(path, 'utf8'));

function orEmpty(read: () => string): string {
	try {
		return read();
	} catch {
		return '';
	}
}
