import { readFileSync } from 'node:fs';

/** Maximum number of open files of this process; `undefined` if the system does not report it in `/proc`. */
export function openFilesMax(): number | undefined {
	try {
		return softLimit(readFileSync('/proc/self/limits', 'utf8'));
	} catch {
		return undefined;
	}
}

/** Parses the soft limit of open files from the text of `/proc/self/limits`; `undefined` if there is none. */
export function softLimit(limits: string): number | undefined {
	const digits = /^Max open files\s+(\d+)\s/m.exec(limits)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/** The remedy for a limit of open files that is too low, as part of a sentence. */
export const raiseOpenFiles = 'raise it with `ulimit -n`, LimitNOFILE= of systemd, or --ulimit nofile= of docker';
