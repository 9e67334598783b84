import { readdirSync, readFileSync } from 'node:fs';

/** Duration of a clock tick of /proc, milliseconds. */
const tickMs = 10;

/** Fields of /proc/PID/stat after the name of the program, counted from 0. */
const field = { session: 3, userTicks: 11, systemTicks: 12 };

/**
 * Processor time that a session of processes has used so far, in user mode and in the kernel, milliseconds. For a
 * ClickHouse server it includes merges in the background.
 *
 * @param {number} session number of its first process
 */
export function processorMs(session) {
	const ticks = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map((pid) => statOf(pid))
		.filter((stat) => Number(stat[field.session]) === session)
		.map((stat) => Number(stat[field.userTicks]) + Number(stat[field.systemTicks]));
	return ticks.reduce((sum, count) => sum + count, 0) * tickMs;
}

function statOf(pid) {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name, in parentheses, may have spaces in it.
		return text.slice(text.lastIndexOf(')') + 2).split(' ');
	} catch {
		// The process has ended.
		return [];
	}
}
