import { withoutCredentials } from '@footfall/host';

const charactersMax = 300;

/**
 * The words of ClickHouse in an error, for a sentence in one line: without the statement that it repeats, its codes and
 * versions, the full stop, and URLs, in which any part may be a secret. Pure.
 *
 * @param error a failed statement, or another error on the way to ClickHouse
 */
export function reasonOf({ message }: Pick<Error, 'message'>): string {
	const reason = message
		.replaceAll(/\s+/g, ' ')
		.trim()
		.replace(/^Code: \d+\. /, '')
		.replace(/^DB::Exception: /, '')
		.replace(/ \([A-Z_]+\) \(version [^)]*\).*$/, '')
		.replace(/[:.]? in scope .*$/i, '')
		.replace(/[:,.]? while (?:executing|processing) .*$/i, '')
		.replace(
			/(Syntax error: failed at position \d+ \(.{1,40}?\)) \(line \d+, col \d+\): .*?(\. Expected .*)?$/,
			'$1$2',
		);
	const shown = withoutCredentials(reason)
		.replace(/[a-z][a-z\d+.-]*:\/\/\S*/gi, '***')
		.replace(/[. ]+$/, '');
	return shown.length > charactersMax ? `${shown.slice(0, charactersMax)}…` : shown;
}
