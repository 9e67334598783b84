import { raiseOpenFiles } from '@footfall/host';
import { dataFaultCodes, WarehouseError } from '../client/warehouse-error.js';

/** A file cannot be imported. The message says why and what to do. */
export class ImportRefusal extends Error {}

/** A file whose content cannot be read: it is truncated, damaged, or not of the kind that its name says. */
export function unreadable(path: string, fault: string): ImportRefusal {
	return new ImportRefusal(`${path} cannot be read to its end, so nothing of it was stored: ${fault}`);
}

/**
 * The refusal for an error while a file was read or staged. The content of the file is named as the cause only if the
 * error is one of its content; every other error is of the machine, such as a full disk, missing rights or too few
 * descriptors, and the same import may succeed later. Other errors are returned as they are. Pure.
 */
export function stagingRefusal(path: string, error: unknown): unknown {
	if (error instanceof ImportRefusal) return error;
	if (error instanceof WarehouseError) {
		const fault = error.message.split('\n', 1)[0] as string;
		return isOfContent(error)
			? unreadable(path, fault)
			: new ImportRefusal(
					`${path} was not imported, because ClickHouse could not store its rows (${fault}): ${remedyOfServer(error)}, and repeat the import; nothing of it was stored`,
				);
	}
	if (!(error instanceof Error)) return error;
	const { code = '', syscall } = error as NodeJS.ErrnoException;
	if (code.startsWith('Z_')) return unreadable(path, error.message);
	if (syscall === undefined) return error;
	return new ImportRefusal(
		`${path} cannot be read at present (${syscall} ${code}): ${remedyOfFile(code)}, and repeat the import; nothing of it was stored`,
	);
}

/** The refusal for an error while staged events were copied to `events`; of another error, the error itself. Pure. */
export function copyRefusal(path: string, error: unknown): unknown {
	if (!(error instanceof WarehouseError)) return error;
	const fault = error.message.split('\n', 1)[0] as string;
	return new ImportRefusal(
		`${path} may be imported in part, because ClickHouse did not confirm the copy of its events (${fault}): ${remedyOfServer(error)}, and repeat the import, which completes it and stores no event twice`,
	);
}

/** Whether ClickHouse says that the content of a file is at fault. Pure. */
export function isOfContent(error: unknown): boolean {
	return error instanceof WarehouseError && error.code !== undefined && contentCodes.has(error.code);
}

/** Whether an error of the stream of a file is about the file, and not about the connection to ClickHouse. Pure. */
export function isOfFile(error: NodeJS.ErrnoException): boolean {
	const { code = '', syscall = '' } = error;
	return code.startsWith('Z_') || (/^(open|read|fstat)$/.test(syscall) && !networkCodes.has(code));
}

const networkCodes = new Set(['ECONNRESET', 'ECONNABORTED', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);

function remedyOfServer({ code }: WarehouseError): string {
	if (code === undefined) return 'check that ClickHouse runs and can be reached';
	if (rightsCodes.has(code))
		return 'give the account of CLICKHOUSE_URL the rights that docs/how-to/own-clickhouse.md lists';
	return 'check the disk, the memory, the open files and the log of ClickHouse';
}

function remedyOfFile(code: string): string {
	if (code === 'EMFILE' || code === 'ENFILE') return raiseOpenFiles;
	if (code === 'EACCES' || code === 'EPERM') return 'give this user the right to read it';
	return 'check the file, its disk and the memory of this machine';
}

/** ClickHouse error codes about rights: READONLY 164, ACCESS_DENIED 497, AUTHENTICATION_FAILED 516. */
const rightsCodes = new Set([164, 497, 516]);

/**
 * ClickHouse error codes about the content of a file: the values of rows; the compression (CHECKSUM_DOESNT_MATCH 40,
 * UNKNOWN_COMPRESSION_METHOD 89, CORRUPTED_DATA 246, CANNOT_DECOMPRESS 271, ZLIB_INFLATE_FAILED 354,
 * LZMA_STREAM_DECODER_FAILED 554, ZSTD_DECODER_FAILED 561, LZ4_DECODER_FAILED 618, SNAPPY_UNCOMPRESS_FAILED 638); the
 * format (INCORRECT_NUMBER_OF_COLUMNS 7, THERE_IS_NO_COLUMN 8, DUPLICATE_COLUMN 15, CANNOT_PARSE_ESCAPE_SEQUENCE 25,
 * CANNOT_PARSE_QUOTED_STRING 26, CANNOT_PARSE_INPUT_ASSERTION_FAILED 27, ATTEMPT_TO_READ_AFTER_EOF 32, NOT_IMPLEMENTED
 * 48, SEEK_POSITION_OUT_OF_BOUND 361, BAD_FILE_TYPE 624, UNEXPECTED_DATA_AFTER_PARSED_VALUE 632,
 * CANNOT_EXTRACT_TABLE_STRUCTURE 636, PARQUET_EXCEPTION 723); and the types (UNKNOWN_TYPE 50, TYPE_MISMATCH 53,
 * TOO_LARGE_ARRAY_SIZE 128, VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE 321, CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN 349,
 * NO_COMMON_TYPE 386, UNEXPECTED_DATA_TYPE 728).
 */
const contentCodes = new Set([
	...dataFaultCodes,
	...[40, 89, 246, 271, 354, 554, 561, 618, 638],
	...[7, 8, 15, 25, 26, 27, 32, 48, 361, 624, 632, 636, 723],
	...[50, 53, 128, 321, 349, 386, 728],
]);
