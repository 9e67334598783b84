/**
 * Something that a person must change before Footfall can start. The message is one line: what is wrong and what to do.
 * The command prints it alone, without a stack trace.
 */
export class StartRefusal extends Error {
	override name = 'StartRefusal';
}
