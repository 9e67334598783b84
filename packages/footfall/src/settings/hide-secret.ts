import { clickhouseServers } from './clickhouse-servers.js';
import type { Option } from './options.js';

const hidden = '***';

/**
 * Hides the secret part of a text. A URL shows everything but the password; its query, its fragment, and a path that
 * looks like it has credentials are hidden completely, since they may hold a password too. Each of several addresses
 * separated by commas is treated so. A text that is not an http URL may hold a password anywhere, so it is hidden
 * completely. Pure.
 */
export function hideSecret(secret: NonNullable<Option['secret']>, text: string): string {
	if (secret === 'all') return hidden;
	const servers = clickhouseServers(text);
	if (servers.length > 1) return servers.map((server) => hideSecret(secret, server)).join(',');
	if (!URL.canParse(text)) return hidden;
	const url = new URL(text);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return hidden;
	const isOddPath = /[@:]/.test(url.pathname);
	if (url.password === '' && url.search === '' && url.hash === '' && !isOddPath) return text;
	if (isOddPath) url.pathname = hidden;
	if (url.password !== '') url.password = hidden;
	if (url.search !== '') url.search = hidden;
	if (url.hash !== '') url.hash = hidden;
	return url.href;
}
