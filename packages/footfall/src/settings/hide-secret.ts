import { clickhouseServers } from './clickhouse-servers.js';
import type { Option } from './options.js';

const hidden = '***';

/**
 * Hides the secret part of a text. Of a URL, the password is hidden, and also the whole query, fragment and a path that
 * is not the name of a database, because they may contain a password. This applies to each of several URLs separated by
 * commas. A text that is not an http URL may contain a password anywhere, so all of it is hidden. Pure.
 */
export function hideSecret(secret: NonNullable<Option['secret']>, text: string): string {
	if (secret === 'all') return hidden;
	// Only JSON has write keys.
	if (secret === 'keys') return /^\s*\{/.test(text) ? hidden : text;
	const servers = clickhouseServers(text);
	if (servers.length > 1) return servers.map((server) => hideSecret(secret, server)).join(',');
	if (!URL.canParse(text)) return hidden;
	const url = new URL(text);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return hidden;
	const isOddPath = !/^\/\w*\/?$/.test(url.pathname);
	if (url.password === '' && url.search === '' && url.hash === '' && !isOddPath) return text;
	if (isOddPath) url.pathname = hidden;
	if (url.password !== '') url.password = hidden;
	if (url.search !== '') url.search = hidden;
	if (url.hash !== '') url.hash = hidden;
	return url.href;
}
