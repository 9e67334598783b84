import { type Finding, fault, ok, warning } from './finding.js';

/** State of the clock. Times in ms since 1970. */
export interface Clock {
	nowMs: number;
	/** Newest change of a file in the data directory; undefined if there is none. */
	newestDataMs: number | undefined;
	/** How far the clock moved against the monotonic clock while it was watched, ms. */
	driftMs: number;
	/** Name of the time zone of this machine. */
	timeZone: string;
	/** How far ClickHouse's clock is ahead of this one, ms; undefined if it runs here, or does not answer. */
	serverAheadMs: number | undefined;
}

/** A clock that was never set shows an earlier time: the day of the first version. */
const earliestMs = Date.parse('2026-01-01');
const dataAheadMsMax = 60_000;
const driftMsMax = 250;
const serverMsMax = 5_000;

/** Judges the clock. Pure. */
export function judgeClock({ nowMs, newestDataMs, driftMs, timeZone, serverAheadMs }: Clock): Finding {
	const subject = 'clock';
	const now = new Date(nowMs).toISOString().replace(/\.\d+/, '');
	const set = 'set the clock, and keep it with NTP';
	if (nowMs < earliestMs) return fault(subject, `${now} is long ago`, set);
	if (newestDataMs !== undefined && newestDataMs > nowMs + dataAheadMsMax) {
		const newest = new Date(newestDataMs).toISOString().replace(/\.\d+/, '');
		return fault(subject, `${now} is before the newest file of the data directory (${newest})`, set);
	}
	if (Math.abs(driftMs) > driftMsMax)
		return warning(subject, `it jumped by ${Math.round(driftMs)} ms while it was watched`, set);
	if (serverAheadMs !== undefined && Math.abs(serverAheadMs) > serverMsMax)
		return warning(subject, `the clock of ClickHouse differs by ${Math.round(serverAheadMs / 1_000)} s`, set);
	return ok(subject, `${now}; the time zone of the machine (${timeZone}) does not matter`);
}

/** The container around this process, if there is one. */
export interface Container {
	/** Sign by which it was recognised, such as `/.dockerenv`; undefined outside of a container. */
	sign: string | undefined;
	/** Whether the data directory is on the file system of the container itself, which is deleted with it. */
	isDataInside: boolean;
}

/** Judges the container. Pure. */
export function judgeContainer({ sign, isDataInside }: Container): Finding {
	const subject = 'container';
	if (sign === undefined) return ok(subject, 'none was recognised');
	if (isDataInside)
		return warning(
			subject,
			`${sign} is there, and the data directory is on the file system of the container`,
			'mount a volume at --data, or all data is lost with the container',
		);
	return ok(subject, `${sign} is there, and the data directory is on a volume`);
}

/** Faults of the settings. */
export interface SettingsFacts {
	/** Faults of the settings file, of variables and of flags, one line each. */
	faults: readonly string[];
	/** Path of the settings file; undefined without one. */
	file: string | undefined;
	/** Whether the file has a secret, and other users of the machine can read it. */
	isSecretReadable: boolean;
	/** Paths of settings that do not exist, each with its flag. */
	missing: readonly { flag: string; path: string }[];
}

/** Judges the settings. Pure. */
export function judgeSettings({ faults, file, isSecretReadable, missing }: SettingsFacts): Finding[] {
	const subject = 'settings';
	const findings = [
		...faults.map((line) => fault(subject, line, 'correct it; the checks of this list use the valid settings')),
		...missing.map(({ flag, path }) => fault(subject, `${flag}: ${path} does not exist`, `create it, or omit ${flag}`)),
	];
	if (isSecretReadable && file !== undefined)
		findings.push(
			warning(subject, `${file} has a secret, and all users of the machine can read it`, `run chmod 600 ${file}`),
		);
	if (findings.length > 0) return findings;
	return [ok(subject, file === undefined ? 'valid; there is no settings file' : `valid, ${file} included`)];
}
