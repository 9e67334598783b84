/** A run that cannot be done, for a reason that the message states with its remedy. Nothing was published. */
export class RunFault extends Error {
	override name = 'RunFault';
}
