import { readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that a folder of the spool belongs to. */
export interface Owner {
	pid: number;
	host: string;
	/**
	 * Start of the process, in the kernel's clock ticks since the start of the machine, so that a later process with
	 * the same number is another one; empty where the system has no `/proc`.
	 */
	start: string;
}

/** Time without a sign of life after which a process on another machine counts as ended, ms. */
const foreignIdleMsMax = 600_000;

export function thisProcess(): Owner {
	return { pid: process.pid, host: hostname(), start: startOf(process.pid) };
}

/**
 * Returns whether the owner of a folder has ended: at once for a process of this machine; for one of another machine,
 * or a file that cannot be read, after ten minutes in which it has not touched the file.
 */
export function hasEnded(ownerFile: string): boolean {
	const owner = ownerIn(ownerFile);
	if (owner === undefined || owner.host !== hostname()) return isIdle(ownerFile);
	return !isRunning(owner.pid) || isZombie(owner.pid) || startOf(owner.pid) !== owner.start;
}

function ownerIn(file: string): Owner | undefined {
	try {
		const { pid, host, start } = JSON.parse(readFileSync(file, 'utf8')) as Owner;
		return Number.isInteger(pid) && pid > 0 ? { pid, host, start } : undefined;
	} catch {
		return undefined;
	}
}

function isIdle(file: string): boolean {
	try {
		return Date.now() - statSync(file).mtimeMs > foreignIdleMsMax;
	} catch {
		// Without the file, the process has closed the folder or ended while it made or removed it.
		return true;
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Whether a process has ended and its parent has not asked for its exit code yet: it still has its number. */
const isZombie = (pid: number) => statOf(pid)[0] === 'Z';

/** Field 22 of `/proc/PID/stat` (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
const startOf = (pid: number) => statOf(pid)[19] ?? '';

/** The fields of `/proc/PID/stat` from the third on; none where there is no such file. */
function statOf(pid: number): string[] {
	try {
		// The command in parentheses may contain any character.
		const [, rest = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
		return rest.split(' ');
	} catch {
		return [];
	}
}
