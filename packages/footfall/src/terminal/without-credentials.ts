/**
 * A line with `***` in place of every URL with credentials, up to the last `@`, since a password may contain spaces.
 * Addresses without credentials stay. Pure.
 */
export function withoutCredentials(line: string): string {
	return line.replace(/[a-z][a-z\d+.-]*:\/\/.*@\S*/gi, '***');
}
