import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readPlainFile, writePrivateFile } from '@footfall/host';

/** Name and password of a ClickHouse user. */
export interface Account {
	user: string;
	password: string;
}

/** The accounts of an embedded server. */
export interface Accounts {
	/** The account of the collector, the transforms and the migrations: all rights in Footfall's databases. */
	writer: Account;
	/**
	 * The account of the dashboard and of analysts: may only SELECT from Footfall's database, with limits of time and
	 * memory.
	 */
	reader: Account;
}

/** Maximum size of the file that is read. Both accounts have some 150 bytes. */
const bytesMax = 65_536;
const writerUser = 'footfall';
const readerUser = 'reader';

/**
 * Reads the accounts of a data directory, or creates them with random passwords. Their file has mode 0600.
 */
export function loadAccounts(directory: string): Accounts {
	const file = join(directory, 'accounts.json');
	const kept = readAccounts(file);
	if (kept) {
		// A copy or a backup may have changed its mode.
		if (statSync(file).mode & 0o077) writePrivateFile(file, JSON.stringify(kept));
		return kept;
	}
	const password = () => randomBytes(24).toString('base64url');
	const accounts = {
		writer: { user: writerUser, password: password() },
		reader: { user: readerUser, password: password() },
	};
	writePrivateFile(file, JSON.stringify(accounts));
	return accounts;
}

/**
 * Undefined for a missing or damaged file: the server gets its accounts at every start, so new ones can replace them.
 */
function readAccounts(file: string): Accounts | undefined {
	try {
		const read = readPlainFile(file, { bytesMax });
		if (read.kind !== 'bytes') return undefined;
		const { writer, reader } = JSON.parse(read.bytes.toString('utf8')) as Accounts;
		const isWhole = [writer, reader].every(({ password }) => /^[\w-]{32}$/.test(password));
		if (!isWhole || writer.user !== writerUser || reader.user !== readerUser) return undefined;
		return { writer, reader };
	} catch {
		return undefined;
	}
}

/** Answer of an embedded server to wrong credentials. It does not reveal whether the user exists. */
export const wrongCredentials =
	'The user or the password is wrong. This server accepts them in the Authorization header (Basic) only.';

/** The value of the Authorization header that the server's rules expect. */
export function authorization({ user, password }: Account): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
