import { type Account, authorization } from '../accounts.js';

/** Maximum number of concurrent statements. */
const statementsAtOnce = 4;
/** Timeout of a statement, ms: no statement of the tests needs it, except one that retries to reach what it may not. */
const statementSecondsMax = 4;

/** A single attempt is enough to be seen by a listener. */
const withoutRetries = [
	's3_retry_attempts',
	'backup_restore_s3_retry_attempts',
	'azure_sdk_max_retries',
	'format_avro_schema_registry_max_retries',
]
	.map((name) => `${name}=0`)
	.join('&');

export interface Answer {
	sql: string;
	isOk: boolean;
	text: string;
}

/** Runs a statement as an account, and returns the answer; never throws. */
export async function askServer(url: string, account: Account, sql: string): Promise<Answer> {
	try {
		const response = await fetch(
			`${url}/?max_execution_time=${statementSecondsMax}&http_max_tries=1&${withoutRetries}`,
			{
				method: 'POST',
				body: sql,
				headers: { authorization: authorization(account) },
				signal: AbortSignal.timeout(statementSecondsMax * 1000),
			},
		);
		const text = await response.text();
		// An error in the middle of an answer comes after its status.
		return { sql, isOk: response.ok && !/\bDB::Exception: /.test(text), text };
	} catch (error) {
		return { sql, isOk: false, text: String(error) };
	}
}

/** Runs many statements, a few at a time, and returns the answers in the order of the statements. */
export async function askMany(url: string, account: Account, statements: readonly string[]): Promise<Answer[]> {
	const answers: Answer[] = [];
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < statements.length; index = next++) {
			answers[index] = await askServer(url, account, statements[index] as string);
		}
	};
	await Promise.all(Array.from({ length: statementsAtOnce }, worker));
	return answers;
}
