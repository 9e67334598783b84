import type { Option } from './option.js';

const hidden = '***';

/**
 * What may be seen of a secret. Of a URL everything but the password; a query and a fragment are hidden whole, since they are
 * another place for one. What is no http URL may hold a password anywhere, so nothing of it is shown. Pure.
 */
export function hideSecret(secret: NonNullable<Option['secret']>, text: string): string {
	if (secret === 'all' || !URL.canParse(text)) return hidden;
	const url = new URL(text);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return hidden;
	if (url.password === '' && url.search === '' && url.hash === '') return text;
	if (url.password !== '') url.password = hidden;
	if (url.search !== '') url.search = hidden;
	if (url.hash !== '') url.hash = hidden;
	return url.href;
}
