/** The addresses in a `clickhouse-url`, which may list several servers separated by commas. Pure. */
export function clickhouseServers(text: string): string[] {
	return text.split(/,(?=https?:\/\/)/i);
}
