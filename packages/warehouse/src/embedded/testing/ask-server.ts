import { type Account, authorization } from '../accounts.js';

/** How many statements are under way at a time. */
const statementsAtOnce = 4;
/** What none of the tests' statements needs, but one that waits for a server that does not answer. */
const statementSecondsMax = 20;

export interface Answer {
	sql: string;
	isOk: boolean;
	text: string;
}

/** Runs a statement as an account, and tells what came back; nothing throws. */
export async function askServer(url: string, account: Account, sql: string): Promise<Answer> {
	try {
		const response = await fetch(`${url}/?max_execution_time=${statementSecondsMax}`, {
			method: 'POST',
			body: sql,
			headers: { authorization: authorization(account) },
		});
		const text = await response.text();
		// An error in the middle of an answer comes after its status.
		return { sql, isOk: response.ok && !/\bDB::Exception: /.test(text), text };
	} catch (error) {
		return { sql, isOk: false, text: String(error) };
	}
}

/** Runs many, a few at a time, and gives the answers in their order. */
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
