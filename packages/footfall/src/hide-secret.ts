import { clickhouseServers } from './clickhouse-servers.js';
import type { Option } from './option.js';

const hidden = '***';

/**
 * What may be seen of a secret. Of a URL everything but the password; a query, a fragment and a path with signs of an
 * account in it are hidden whole, since they are other places for one. Several addresses with commas between them are
 * hidden each. What is no http URL may hold a password anywhere, so nothing of it is shown. Pure.
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
