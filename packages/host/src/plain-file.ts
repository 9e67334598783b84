import fs, {
	closeSync,
	constants,
	createReadStream,
	fstatSync,
	openSync,
	type ReadStream,
	readSync,
	type Stats,
} from 'node:fs';

/** The bytes of a file, or why it was not read. */
export type PlainFile =
	| { kind: 'bytes'; bytes: Buffer }
	| { kind: 'absent' }
	/** A symbolic link, where links are not followed. */
	| { kind: 'link' }
	| { kind: 'special'; what: SpecialFile }
	| { kind: 'large'; bytes: number };

/** Something with the name of a file that is not one. */
export type SpecialFile = 'a folder' | 'a pipe' | 'a socket' | 'a device';

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
const chunkBytes = 65_536;

/**
 * Reads a file that must be a plain one. A named pipe without a writer would block the thread for ever, and Node then
 * neither handles a signal nor exits. What is read is what was looked at, since both use one descriptor.
 *
 * A path of a descriptor, such as `/dev/stdin` or that of a process substitution, is read whatever it is: the shell has
 * opened it.
 *
 * @param bytesMax a file with more bytes is not read. @default no limit
 * @param followsLinks whether the file may be a symbolic link. @default true
 * @throws Error of the system if the file is there and cannot be read
 */
export function readPlainFile(
	path: string,
	{ bytesMax = Number.POSITIVE_INFINITY, followsLinks = true }: { bytesMax?: number; followsLinks?: boolean } = {},
): PlainFile {
	const isOpened = isDescriptor(path);
	let fd: number;
	try {
		fd = openSync(path, isOpened ? O_RDONLY : O_RDONLY | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW));
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return { kind: 'absent' };
		if (code === 'ELOOP' && !followsLinks) return { kind: 'link' };
		// Linux refuses to open a socket so, and a device without a driver.
		if (code === 'ENXIO') return { kind: 'special', what: 'a socket' };
		throw error;
	}
	try {
		const found = fstatSync(fd);
		if (!found.isFile() && !(isOpened && !found.isDirectory())) return { kind: 'special', what: specialOf(found) };
		if (found.size > bytesMax) return { kind: 'large', bytes: found.size };
		const bytes = bytesOf(fd, bytesMax);
		return bytes.length > bytesMax ? { kind: 'large', bytes: bytes.length } : { kind: 'bytes', bytes };
	} finally {
		closeSync(fd);
	}
}

/** The reason why a path has no file to read, in the words of the system where it has some. Pure. */
export function whyNoFile(read: Extract<PlainFile, { kind: 'absent' | 'link' | 'special' }>): string {
	if (read.kind === 'absent') return 'ENOENT: no such file or directory';
	if (read.kind === 'link') return 'it is a symbolic link';
	return read.what === 'a folder' ? 'EISDIR: illegal operation on a directory' : `it is ${read.what}`;
}

/** Reads up to one byte beyond the limit: a file may grow while it is read. */
function bytesOf(fd: number, bytesMax: number): Buffer {
	const chunks: Buffer[] = [];
	for (let total = 0; total <= bytesMax; ) {
		const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, bytesMax - total + 1));
		const read = readSync(fd, chunk);
		if (read === 0) break;
		chunks.push(chunk.subarray(0, read));
		total += read;
	}
	return Buffer.concat(chunks);
}

/**
 * A stream of a file that must be a plain one, see `readPlainFile`. Something else gives an error with the code
 * `ENOTSUP`.
 */
export function plainFileStream(path: string, { signal }: { signal?: AbortSignal | undefined } = {}): ReadStream {
	const options = signal === undefined ? {} : { signal };
	return createReadStream(path, isDescriptor(path) ? options : { ...options, fs: { ...fs, open: openPlain } });
}

function openPlain(path: fs.PathLike, _flags: unknown, _mode: unknown, done: OpenCallback): void {
	fs.open(path, O_RDONLY | O_NONBLOCK, (error, fd) => {
		if (error) return done(error, fd);
		fs.fstat(fd, (failure, found) => {
			// Reading a folder fails with the error of the system.
			if (!failure && (found.isFile() || found.isDirectory())) return done(null, fd);
			fs.close(fd, () => done(failure ?? notPlain(found), fd));
		});
	});
}

type OpenCallback = (error: NodeJS.ErrnoException | null, fd: number) => void;

const notPlain = (found: Stats): NodeJS.ErrnoException =>
	Object.assign(new Error(`it is ${specialOf(found)}, not a plain file`), { code: 'ENOTSUP', syscall: 'open' });

function specialOf(found: Stats): SpecialFile {
	if (found.isDirectory()) return 'a folder';
	if (found.isFIFO()) return 'a pipe';
	return found.isSocket() ? 'a socket' : 'a device';
}

/** Whether a path is that of a descriptor of this process. Pure. */
const isDescriptor = (path: string): boolean => /^\/dev\/(?:stdin|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/.test(path);
