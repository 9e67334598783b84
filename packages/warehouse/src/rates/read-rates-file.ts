import { readPlainFile, StartRefusal } from '@footfall/host';
import { unzipSync } from 'fflate';
import { parseRates, type Rate } from './parse-rates.js';

/** Maximum size of a file and of its plain text. The whole history of the ECB since 1999 has less than 1 MB. */
const fileBytesMax = 64 * 1024 * 1024;

/** Every ZIP file begins with these bytes. */
const zipMark = 'PK\u0003\u0004';

/**
 * Reads a file of exchange rates as the European Central Bank offers it: CSV, plain or in a ZIP file.
 *
 * @throws StartRefusal when it cannot be read or is no such file
 */
export async function readRatesFile(path: string): Promise<Rate[]> {
	const bytes = bytesOf(path);
	const parsed = parseRates(textOf(path, bytes));
	if (!parsed.ok) throw new StartRefusal(`${path} is not a file of exchange rates of the ECB: ${parsed.fault}`);
	return parsed.rates;
}

function bytesOf(path: string): Buffer {
	try {
		const read = readPlainFile(path, { bytesMax: fileBytesMax });
		if (read.kind === 'bytes') return read.bytes;
		if (read.kind === 'large') throw tooLarge(path);
		throw cannotRead(path, read.kind === 'special' ? `it is ${read.what}` : 'ENOENT');
	} catch (error) {
		throw error instanceof StartRefusal ? error : cannotRead(path, String((error as NodeJS.ErrnoException).code));
	}
}

const cannotRead = (path: string, reason: string) =>
	new StartRefusal(`${path} cannot be read (${reason}); check the path and the rights of the file`);

function textOf(path: string, bytes: Buffer): string {
	const plain = bytes.toString('latin1', 0, zipMark.length) === zipMark ? unzipped(path, bytes) : bytes;
	return new TextDecoder().decode(plain);
}

/** The only CSV file in a ZIP file. */
function unzipped(path: string, bytes: Buffer): Uint8Array {
	let files: Uint8Array[];
	try {
		const isWanted = ({ name, originalSize }: { name: string; originalSize: number }) => {
			if (!/\.csv$/i.test(name)) return false;
			if (originalSize > fileBytesMax) throw tooLarge(path);
			return true;
		};
		files = Object.values(unzipSync(bytes, { filter: isWanted }));
	} catch (error) {
		if (error instanceof StartRefusal) throw error;
		throw new StartRefusal(`${path} is a damaged ZIP file (${(error as Error).message}); download it again`);
	}
	const [file] = files;
	if (file === undefined || files.length > 1)
		throw new StartRefusal(`${path} has ${files.length} CSV files in it; give a ZIP file with one, or the CSV file`);
	return file;
}

const tooLarge = (path: string) =>
	new StartRefusal(`${path} has more than ${fileBytesMax / 1024 ** 2} MiB; give the CSV file of the ECB`);
