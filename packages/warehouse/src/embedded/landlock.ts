import { closeSync, openSync, statSync } from 'node:fs';
import { DataType, load, open } from 'ffi-rs';

/**
 * Landlock: the Linux mechanism by which a process without privileges gives up rights permanently. It applies to the
 * calling thread and to the threads that it starts, and cannot be lifted, not even by root.
 */

/** System call numbers; the same on every architecture. */
const createRulesetCall = 444;
const addRuleCall = 445;
const restrictSelfCall = 446;

/** File rights as bits, in the order of the kernel's header, with the Landlock version that introduced each. */
const fileRights = {
	execute: { bit: 0, version: 1, onFiles: true },
	writeFile: { bit: 1, version: 1, onFiles: true },
	readFile: { bit: 2, version: 1, onFiles: true },
	readDirectory: { bit: 3, version: 1, onFiles: false },
	removeDirectory: { bit: 4, version: 1, onFiles: false },
	removeFile: { bit: 5, version: 1, onFiles: false },
	makeCharacterDevice: { bit: 6, version: 1, onFiles: false },
	makeDirectory: { bit: 7, version: 1, onFiles: false },
	makeFile: { bit: 8, version: 1, onFiles: false },
	makeSocket: { bit: 9, version: 1, onFiles: false },
	makeFifo: { bit: 10, version: 1, onFiles: false },
	makeBlockDevice: { bit: 11, version: 1, onFiles: false },
	makeSymbolicLink: { bit: 12, version: 1, onFiles: false },
	moveBetweenDirectories: { bit: 13, version: 2, onFiles: false },
	truncate: { bit: 14, version: 3, onFiles: true },
	controlDevice: { bit: 15, version: 5, onFiles: true },
} as const;
type FileRight = keyof typeof fileRights;

/** First Landlock version that allows moving files between directories; Linux 5.19. */
const versionMin = 2;
/** First Landlock version with TCP rules; Linux 6.7. */
const networkVersion = 4;
const bindTcp = 1n;
const connectTcp = 2n;

/** O_PATH, which Node does not define: opens a path in the file system without opening the file. */
const openPathOnly = 0o10000000;

const pathRule = 1;
const portRule = 2;
const askForVersion = 1;
const setNoNewPrivileges = 38;

const reading: readonly FileRight[] = ['readFile', 'readDirectory'];
const working = (Object.keys(fileRights) as FileRight[]).filter(
	(right) => !['execute', 'makeCharacterDevice', 'makeBlockDevice', 'controlDevice'].includes(right),
);

/** Rights that a thread keeps. Paths that do not exist are skipped. */
export interface Confinement {
	/** Readable files, and directories with everything in them. */
	readable: readonly string[];
	/** Directories in which it may change everything, and files that it may write. */
	writable: readonly string[];
	/** TCP port that it may listen on. It may not connect anywhere. */
	listenPort: number;
}

/**
 * `network: false`: this kernel can restrict files, but not connections. `unavailable`: no right was given up, for the
 * reason in `why`.
 */
export type ConfinementResult = { kind: 'confined'; network: boolean } | { kind: 'unavailable'; why: string };

/** The rights of a version as a bit mask; for a file, only those that apply to files. */
export function rightsMask(rights: readonly FileRight[], version: number, isDirectory: boolean): bigint {
	return rights
		.map((right) => fileRights[right])
		.filter((right) => right.version <= version && (isDirectory || right.onFiles))
		.reduce((mask, { bit }) => mask | (1n << BigInt(bit)), 0n);
}

/** Confines the calling thread and every thread that it starts from now on. */
export function confineThread(confinement: Confinement): ConfinementResult {
	const support = landlockSupport();
	if ('why' in support) return { kind: 'unavailable', why: support.why };
	try {
		const ruleset = makeRuleset(support.version, confinement);
		try {
			mustSucceed('prctl', libraryCall('prctl', setNoNewPrivileges, 1, 0, 0, 0));
			mustSucceed('landlock_restrict_self', systemCall(restrictSelfCall, ruleset, 0));
		} finally {
			closeSync(ruleset);
		}
	} catch (error) {
		return { kind: 'unavailable', why: error instanceof Error ? error.message : String(error) };
	}
	return { kind: 'confined', network: support.version >= networkVersion };
}

/** The result that `confineThread` would have on this kernel. It gives up no rights. */
export function confinementSupport(): ConfinementResult {
	const support = landlockSupport();
	if ('why' in support) return { kind: 'unavailable', why: support.why };
	return { kind: 'confined', network: support.version >= networkVersion };
}

/** The Landlock version of this kernel, or why it cannot be used. */
function landlockSupport(): { version: number } | { why: string } {
	if (process.platform !== 'linux') return { why: 'Landlock is a part of Linux' };
	open({ library: 'c', path: '' });
	const version = systemCall(createRulesetCall, 0, 0, askForVersion);
	return version.value < versionMin ? { why: whyNot(version) } : { version: version.value };
}

function whyNot({ value, why }: CallResult): string {
	if (value < 0) return `the kernel has no Landlock (${why})`;
	return `the kernel's Landlock is of version ${value}, and version ${versionMin} (Linux 5.19) is needed`;
}

/** Forbids everything that the kernel can forbid, except for the rules. */
function makeRuleset(version: number, { readable, writable, listenPort }: Confinement): number {
	const hasNetwork = version >= networkVersion;
	const allRights = rightsMask(Object.keys(fileRights) as FileRight[], version, true);
	const attributes = packed(allRights, hasNetwork ? bindTcp | connectTcp : 0n);
	const sizeBytes = hasNetwork ? 16 : 8;
	const ruleset = mustSucceed('landlock_create_ruleset', systemCall(createRulesetCall, attributes, sizeBytes, 0));
	for (const path of readable) allowPath(ruleset, path, reading, version);
	for (const path of writable) allowPath(ruleset, path, working, version);
	if (hasNetwork) {
		const rule = packed(bindTcp, BigInt(listenPort));
		mustSucceed('landlock_add_rule', systemCall(addRuleCall, ruleset, portRule, rule, 0));
	}
	return ruleset;
}

function allowPath(ruleset: number, path: string, rights: readonly FileRight[], version: number): void {
	let isDirectory: boolean;
	let fd: number;
	try {
		isDirectory = statSync(path).isDirectory();
		fd = openSync(path, openPathOnly);
	} catch {
		return;
	}
	try {
		const rule = Buffer.alloc(12);
		rule.writeBigUInt64LE(rightsMask(rights, version, isDirectory), 0);
		rule.writeInt32LE(fd, 8);
		mustSucceed(`landlock_add_rule for ${path}`, systemCall(addRuleCall, ruleset, pathRule, rule, 0));
	} finally {
		closeSync(fd);
	}
}

function packed(...words: readonly bigint[]): Buffer {
	const bytes = Buffer.alloc(8 * words.length);
	words.forEach((word, index) => {
		bytes.writeBigUInt64LE(word, 8 * index);
	});
	return bytes;
}

interface CallResult {
	value: number;
	why: string;
}

function systemCall(call: number, ...args: readonly (number | Buffer)[]): CallResult {
	return libraryCall('syscall', call, ...args);
}

function libraryCall(funcName: string, ...args: readonly (number | Buffer)[]): CallResult {
	const { value, errnoMessage } = load({
		library: 'c',
		funcName,
		retType: DataType.I64,
		paramsType: args.map((arg) => (typeof arg === 'number' ? DataType.I64 : DataType.U8Array)),
		paramsValue: [...args],
		errno: true as const,
	});
	return { value: Number(value), why: errnoMessage };
}

function mustSucceed(what: string, { value, why }: CallResult): number {
	if (value < 0) throw new Error(`${what} failed: ${why}`);
	return value;
}
