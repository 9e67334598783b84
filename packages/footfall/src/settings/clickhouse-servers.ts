/** Splits a `clickhouse-url`, which may list the URLs of several servers, separated by commas. Pure. */
export function clickhouseServers(text: string): string[] {
	return text.split(/,(?=https?:\/\/)/i);
}
