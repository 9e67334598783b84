// The processes of the product, read from /proc: how much memory they use together, and which of them ended.
import { readdirSync, readFileSync } from 'node:fs';

const sampleMs = 200;

/** Reads a file of a process; empty when the process has ended meanwhile. */
function read(pid, file) {
	try {
		return readFileSync(`/proc/${pid}/${file}`, 'utf8');
	} catch {
		return '';
	}
}

/** Process ids by the id of their parent; a process that has ended and is not reaped is left out. */
function childrenOf() {
	const children = new Map();
	for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
		const stat = read(name, 'stat');
		// The name of the command stands in parentheses and may hold anything.
		const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		if (state === undefined || state === 'Z') continue;
		children.set(parent, [...(children.get(parent) ?? []), name]);
	}
	return children;
}

function treeOf(root) {
	const children = childrenOf();
	const found = [String(root)];
	for (const pid of found) found.push(...(children.get(pid) ?? []));
	return found;
}

const residentMiB = (pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(pid, 'status'))?.[1] ?? 0) / 1_024;

/**
 * Watches a process and all its descendants until `stop`, which returns the greatest sum of their resident memory in
 * MiB, and how many of those that ran at the beginning have ended.
 */
export function watchProcesses(root) {
	const atStart = treeOf(root);
	const seen = { rssMiB: 0 };
	const look = () => {
		const sum = treeOf(root).reduce((total, pid) => total + residentMiB(pid), 0);
		seen.lastMiB = sum;
		seen.rssMiB = Math.max(seen.rssMiB, sum);
	};
	look();
	const timer = setInterval(look, sampleMs);
	return {
		nowMiB: () => seen.lastMiB,
		stop() {
			clearInterval(timer);
			const atEnd = new Set(treeOf(root).filter((pid) => residentMiB(pid) > 0));
			return { rssMiB: seen.rssMiB, restarts: atStart.filter((pid) => !atEnd.has(pid)).length };
		},
	};
}
