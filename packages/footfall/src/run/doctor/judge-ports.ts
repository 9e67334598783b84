import { type Finding, fault, ok } from './finding.js';

/** A port that `footfall up` would open. */
export interface WantedPort {
	host: string;
	/** 0 for any free port. */
	port: number;
	/** The flag that sets the port. */
	flag: string;
}

/** A process that listens on a port. */
export interface Listener {
	pid: number;
	/** Name of its program. */
	name: string;
	parentPid: number | undefined;
}

/** A port with what an attempt to listen on it has found. */
export interface TriedPort extends WantedPort {
	/** Why it cannot be opened, with a remedy, as a start would say it; undefined if it can. */
	refusal: string | undefined;
	/** The process that has it; undefined if that cannot be told, as for processes of other users. */
	listener: Listener | undefined;
}

const subject = 'ports';

/**
 * Judges the ports. Those that the Footfall on the same data has are in order. Pure.
 *
 * @param ownerPid process of a Footfall that runs on the data directory; undefined if none does
 */
export function judgePorts(ports: readonly TriedPort[], ownerPid: number | undefined): Finding[] {
	const judged = ports.map((each) => judgePort(each, ports, ownerPid));
	const faults = judged.filter(({ state }) => state !== 'ok');
	const free = judged.filter(({ state }) => state === 'ok').map(({ text }) => text);
	return free.length === 0 ? faults : [...faults, ok(subject, free.join(', '))];
}

function judgePort(tried: TriedPort, all: readonly TriedPort[], ownerPid: number | undefined): Finding {
	const { port, flag, refusal, listener } = tried;
	const twice = all.find((each) => each !== tried && port !== 0 && each.port === port && overlaps(each, tried));
	if (twice !== undefined)
		return fault(subject, `${flag} and ${twice.flag} are both ${port}`, `choose another port with ${flag}`);
	if (refusal === undefined) return ok(subject, port === 0 ? `${flag} any free port` : `${port} is free`);
	const isOurs = listener !== undefined && [listener.pid, listener.parentPid].includes(ownerPid);
	if (ownerPid !== undefined && (isOurs || listener === undefined))
		return ok(subject, `${port} belongs to the Footfall that runs on this data (process ${ownerPid})`);
	const holder = listener === undefined ? '' : ` (by ${listener.name}, process ${listener.pid})`;
	return fault(subject, `${port} cannot be opened${holder}`, withoutEnd(refusal));
}

const everywhere = new Set(['0.0.0.0', '::']);
const overlaps = (a: WantedPort, b: WantedPort) =>
	a.host === b.host || everywhere.has(a.host) || everywhere.has(b.host);

/** A refusal is a sentence; here it is the end of a line. */
const withoutEnd = (sentence: string) => sentence.replace(/\.$/, '');
