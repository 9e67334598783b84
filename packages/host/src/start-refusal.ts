/**
 * Footfall cannot start until the operator changes something. The message is one line that says what is wrong and what
 * to do. The command prints only this line, without a stack trace.
 */
export class StartRefusal extends Error {
	override name = 'StartRefusal';
}
