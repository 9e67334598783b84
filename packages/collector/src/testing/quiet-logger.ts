import type { Logger } from '../logger.js';

/** A logger that only records its messages. */
export function quietLogger(): Logger & { messages: string[] } {
	const messages: string[] = [];
	const remember = (_fields: object, message: string) => void messages.push(message);
	return { messages, info: remember, warn: remember, error: remember };
}
