const ackP99MsMax = 100;
const livezMsMax = 100;
const martFactorMax = 2;

/**
 * The goals of an attack, each with whether it is met. `quiet` is the measurement of the same run without an attack.
 */
export function goalsOf(measured, quiet) {
	const martsHold = ['martP99Ms', 'martRotatingP99Ms'].every((name) => measured[name] <= martFactorMax * quiet[name]);
	return [
		[`ack p99 at most ${ackP99MsMax} ms`, Math.max(measured.ackP99Ms, measured.beaconP99Ms) <= ackP99MsMax],
		[`livez at most ${livezMsMax} ms`, measured.livezMaxMs <= livezMsMax && measured.livezFailed === 0],
		[`mart p99 at most ${martFactorMax} × quiet`, martsHold && measured.martMissing === 0],
		['no restart', measured.restarts === 0 && !measured.died],
		['every honest event stored', measured.lost === 0 && measured.unanswered === 0 && measured.refused === 0],
	];
}

/** The goals that are not met. */
export function missedGoals(measured, quiet) {
	return goalsOf(measured, quiet)
		.filter(([, holds]) => !holds)
		.map(([goal]) => goal);
}
