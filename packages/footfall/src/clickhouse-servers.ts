/** The addresses in a `clickhouse-url`, which may name several servers with commas between them. Pure. */
export function clickhouseServers(text: string): string[] {
	return text.split(/,(?=https?:\/\/)/i);
}
