import { readFileSync } from 'node:fs';
import type { Confinement } from './landlock.js';

/**
 * Files that tell of the machine, and nothing of any process: memory and processors, the clock's zone. None of them
 * says where names are looked up: Landlock does not forbid UDP, over which a query for a name could carry data away.
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

/** How much memory this process has and may have, which the engine goes by. */
const memoryOfThisProcess = ['/proc/self/cgroup', '/proc/self/statm'];

/**
 * What the engine needs while it runs: its data, what it starts from, and the programs that are in memory already, whose
 * files it reads to name the functions of a stack trace. Not among it: the accounts beside the data, the environment.
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

/** Files of which this process has parts in memory: programs and libraries. */
function mappedFiles(): string[] {
	let maps: string;
	try {
		maps = readFileSync('/proc/self/maps', 'utf8');
	} catch {
		return [];
	}
	return [...new Set([...maps.matchAll(/\s(\/[^\n]+)$/gm)].map(([, path]) => path as string))];
}
