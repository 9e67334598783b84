/**
 * A line with `***` in place of every URL with credentials, up to the last `@` before the next URL, since a password
 * may contain spaces. Addresses without credentials stay, and so does the example of errors,
 * `http://user:password@host`. Pure.
 */
export function withoutCredentials(line: string): string {
	return line.replace(
		/(?<![a-z\d+.-])(?!http:\/\/user:password@host)[a-z][a-z\d+.-]*:\/\/(?:(?!:\/\/).)*@\S*/gi,
		'***',
	);
}
