import { readdirSync, readFileSync } from 'node:fs';

/** Ids of all running descendants of a process. Linux only, since it reads `/proc`. */
export function descendants(rootPid = process.pid): number[] {
	const parents = new Map<number, number>();
	for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
		const parent = parentOf(name);
		if (parent !== undefined) parents.set(Number(name), parent);
	}
	const children = (pid: number): number[] =>
		[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...children(child)]);
	return children(rootPid);
}

export function isRunning(pid: number): boolean {
	return parentOf(String(pid)) !== undefined;
}

/** Id of the parent; undefined for a process that does not exist or is a zombie. */
function parentOf(pid: string): number | undefined {
	try {
		// Fields: pid, command in parentheses (may contain any character), state, parent pid …
		const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /s, '')
			.split(' ');
		return state === 'Z' || state === 'X' ? undefined : Number(parent);
	} catch {
		return undefined;
	}
}
