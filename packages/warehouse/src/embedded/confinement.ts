import { readFileSync } from 'node:fs';
import type { Confinement } from './landlock.js';

/**
 * Files that describe the machine and no process: memory, processors and time zone. None of them names a DNS server:
 * Landlock does not forbid UDP, so a DNS query could send data to another machine.
 */
const aboutTheMachine = [
	'/dev/random',
	'/dev/urandom',
	'/etc/localtime',
	'/proc/cpuinfo',
	'/proc/loadavg',
	'/proc/meminfo',
	'/proc/pressure',
	'/proc/stat',
	'/proc/sys/fs/file-nr',
	'/proc/sys/vm',
	'/proc/uptime',
	'/sys/devices/system/cpu',
	'/sys/fs/cgroup',
	'/sys/kernel/mm/transparent_hugepage',
	'/usr/share/zoneinfo',
];

/** Memory use and memory limit of this process, on which the engine bases its own limits. */
const memoryOfThisProcess = ['/proc/self/cgroup', '/proc/self/statm'];

/**
 * Files that the engine needs while it runs: its data, its start-up files, and the programs already in memory, whose
 * files it reads to name the functions of a stack trace. The accounts beside the data and the environment are not among
 * them.
 */
export function engineConfinement(needs: {
	dataDirectory: string;
	/** Configuration and statements. */
	startFiles: readonly string[];
	httpPort: number;
}): Confinement {
	return {
		readable: [...aboutTheMachine, ...memoryOfThisProcess, ...needs.startFiles, ...mappedFiles()],
		writable: [needs.dataDirectory, '/dev/null'],
		listenPort: needs.httpPort,
	};
}

/** Files that are mapped into the memory of this process: programs and libraries. */
function mappedFiles(): string[] {
	let maps: string;
	try {
		maps = readFileSync('/proc/self/maps', 'utf8');
	} catch {
		return [];
	}
	return [...new Set([...maps.matchAll(/\s(\/[^\n]+)$/gm)].map(([, path]) => path as string))];
}
