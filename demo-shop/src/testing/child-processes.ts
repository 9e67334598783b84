import { readdirSync, readFileSync } from 'node:fs';

/** Ids of all running processes that this one started, and that those started. Linux only: it reads `/proc`. */
export function descendants(ofPid = process.pid): number[] {
	const parents = new Map<number, number>();
	for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
		const parent = parentOf(name);
		if (parent !== undefined) parents.set(Number(name), parent);
	}
	const children = (pid: number): number[] =>
		[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...children(child)]);
	return children(ofPid);
}

export function isRunning(pid: number): boolean {
	return parentOf(String(pid)) !== undefined;
}

/** Undefined when the process is gone, or is dead and only waits to be noticed. */
function parentOf(pid: string): number | undefined {
	try {
		// pid (command, which may hold anything) state ppid …
		const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ');
		return state === 'Z' || state === 'X' ? undefined : Number(parent);
	} catch {
		return undefined;
	}
}
