import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateFile, makeDirectory, readPlainFile, StartRefusal } from '@footfall/host';
import type { Settings } from '../settings/options.js';

/** Name of the file in the data directory. */
const fileName = 'visitor-secret';
/** Maximum size of the file that is read. A key has 43 bytes. */
const bytesMax = 1024;

/**
 * Returns the key with which the collector computes visitors from user ids: that of the setting, or else that of the
 * data directory, which is created with the first start and stays the same.
 *
 * @throws StartRefusal when the file cannot be read or written, or has no key
 */
export function visitorSecretOf({ data, visitorSecret }: Settings<'data' | 'visitorSecret'>): string {
	if (visitorSecret !== undefined) return visitorSecret;
	const file = join(data, fileName);
	const secret = keptIn(file);
	if (/^[\w-]{43}$/.test(secret)) return secret;
	throw new StartRefusal(
		`${file} is damaged. Restore it from a backup; or remove it, and users that are text become other visitors from then on.`,
	);
}

/**
 * Returns the key for a command that runs beside the collectors; undefined if it is not known. With the embedded
 * ClickHouse, the data directory is that of the collector, also before its first start. With another ClickHouse, the
 * collector may be on another machine, and a new key would give the same users other visitors.
 */
export function knownVisitorSecretOf(
	settings: Settings<'data' | 'visitorSecret' | 'clickhouseUrl'>,
): string | undefined {
	const { data, visitorSecret, clickhouseUrl } = settings;
	const isKnown = visitorSecret !== undefined || clickhouseUrl === undefined || existsSync(join(data, fileName));
	return isKnown ? visitorSecretOf(settings) : undefined;
}

function keptIn(file: string): string {
	try {
		if (!existsSync(file)) {
			makeDirectory(join(file, '..'));
			createPrivateFile(file, randomBytes(32).toString('base64url'));
		}
		// A copy or a backup may have changed its mode.
		if (statSync(file).mode & 0o077) chmodSync(file, 0o600);
		const read = readPlainFile(file, { bytesMax });
		return read.kind === 'bytes' ? read.bytes.toString('utf8') : '';
	} catch (error) {
		const why = (error as Error).message;
		throw new StartRefusal(
			`Cannot read or create ${file} (${why}): give a writable directory with --data, or a secret as FOOTFALL_VISITOR_SECRET.`,
		);
	}
}
