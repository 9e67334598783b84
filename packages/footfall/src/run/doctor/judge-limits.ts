import { type Finding, fault, ok, size, warning } from './finding.js';

const mebibyte = 2 ** 20;

/** Open files with which nothing works for long: the WAL, ClickHouse and Node need more at times. */
const filesMin = 256;

/**
 * Judges the limit of open files. Pure.
 *
 * @param limit of one process; undefined if the system does not report it
 * @param connections sockets that the collector accepts within this limit, and as many other connections
 * @param wanted sockets that it accepts without a limit
 * @param isFew whether the collector would log a warning
 */
export function judgeOpenFiles(
	limit: number | undefined,
	{ connections, wanted, isFew, raise }: { connections: number; wanted: number; isFew: boolean; raise: string },
): Finding {
	const subject = 'open files';
	if (limit === undefined) return ok(subject, 'this system does not report the limit');
	const text = `${limit} in one process, so that the collector accepts ${connections} pages at a time`;
	if (limit < filesMin) return fault(subject, text, `at least ${filesMin} are needed; ${raise}`);
	if (isFew) return warning(subject, `${text} instead of ${wanted}`, raise);
	return ok(subject, text);
}

/** Memory of the machine or its container. */
export interface Memory {
	totalBytes: number;
	/** Whether a limit of the container or of the service sets it. */
	isLimited: boolean;
	/** Part of it that ClickHouse may take; undefined if it runs elsewhere. */
	engineBytes: number | undefined;
}

/** Memory of a start with and without the embedded ClickHouse, bytes. */
const memoryMin = { embedded: 768 * mebibyte, alone: 256 * mebibyte };
/** Memory with which rebuilds of large histories work, bytes. */
const memoryEnough = { embedded: 2048 * mebibyte, alone: 512 * mebibyte };

/** Judges the memory. Pure. */
export function judgeMemory({ totalBytes, isLimited, engineBytes }: Memory): Finding {
	const subject = 'memory';
	const kind = engineBytes === undefined ? 'alone' : 'embedded';
	const engine = engineBytes === undefined ? '' : `, of which ClickHouse takes at most ${size(engineBytes)}`;
	const text = `${size(totalBytes)}${isLimited ? ' by the limit of the container or service' : ''}${engine}`;
	const more = (bytes: number) => `give it ${size(bytes)} or more, or use a ClickHouse server elsewhere`;
	if (totalBytes < memoryMin[kind]) return fault(subject, text, more(memoryMin[kind]));
	if (totalBytes < memoryEnough[kind])
		return warning(subject, text, `rebuilds of large histories may fail; ${more(memoryEnough[kind])}`);
	return ok(subject, text);
}
