/** Waits for a step that may take long, and returns its result. `what` begins a line: `Starting ClickHouse`. */
export type Progress = <Result>(what: string, step: Promise<Result>) => Promise<Result>;

/** Progress of a command whose terminal nobody watches. */
export const noProgress: Progress = (_, step) => step;

/** Duration after which a step is worth a line, ms. */
const quickMsMax = 1_000;

/**
 * Progress in lines: a step that takes longer than a second has a line when that second is over, and one when it ends.
 *
 * @param say prints a line
 */
export function progressLines(say: (line: string) => void): Progress {
	return async (what, step) => {
		const startMs = performance.now();
		let isTold = false;
		const timer = setTimeout(() => {
			isTold = true;
			say(`${what} …`);
		}, quickMsMax);
		try {
			const result = await step;
			if (isTold) say(`${what}: done after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
			return result;
		} finally {
			clearTimeout(timer);
		}
	};
}
