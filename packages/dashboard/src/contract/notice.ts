/** Something that an owner should know before reading the numbers. It disappears when its cause does. */
export interface Notice {
	/**
	 * - `tests-failed`: data tests fail, so that runs are not published
	 * - `run-failed`: the last run of the transforms failed
	 * - `definitions-faulty`: definitions.json has a fault, so that the definitions published before stay
	 * - `other-version`: another version of Footfall computed the marts
	 * - `held`: a rollback holds further runs
	 * - `waiting`: events have been waiting for a run for long
	 * - `left-out`: the marts leave out visitors or sites
	 * - `own-model-stale`: readers see earlier rows of a model of the project folder
	 * - `own-test-failed`: a data test of the project folder fails that reads only models of Footfall
	 */
	kind:
		| 'tests-failed'
		| 'run-failed'
		| 'definitions-faulty'
		| 'other-version'
		| 'held'
		| 'waiting'
		| 'left-out'
		| 'own-model-stale'
		| 'own-test-failed';
	/** The state, in one or two sentences. It may have texts of senders in it, and is never markup. */
	text: string;
	/** The remedy, in one or two sentences. */
	remedy: string;
}
