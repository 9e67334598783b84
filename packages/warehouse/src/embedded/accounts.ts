import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from '../private-file.js';

/** A ClickHouse user. */
export interface Account {
	user: string;
	password: string;
}

/** The users of an embedded server. */
export interface Accounts {
	/** For the collector, the transforms and the migrations: everything in our databases. */
	writer: Account;
	/** May only SELECT from our database, within bounds of time and memory: dashboards and people. */
	reader: Account;
}

const writerUser = 'footfall';
const readerUser = 'reader';

/** The accounts of a data directory, with random passwords made once and kept where only its owner can read them. */
export function loadAccounts(directory: string): Accounts {
	const file = join(directory, 'accounts.json');
	const kept = readAccounts(file);
	if (kept) {
		// A copy or a backup may have opened it to others.
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

/** A file that is missing or damaged costs nothing: the server learns its accounts anew at every start. */
function readAccounts(file: string): Accounts | undefined {
	try {
		const { writer, reader } = JSON.parse(readFileSync(file, 'utf8')) as Accounts;
		const isWhole = [writer, reader].every(({ password }) => /^[\w-]{32}$/.test(password));
		if (!isWhole || writer.user !== writerUser || reader.user !== readerUser) return undefined;
		return { writer, reader };
	} catch {
		return undefined;
	}
}

/** Value of the Authorization header, as the server's rules expect it. */
export function authorization({ user, password }: Account): string {
	return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
