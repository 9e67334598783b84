/**
 * Returns what `run` returns, or `undefined` when it throws, so that a missing or forbidden feature stops nothing else.
 */
export function attempt<Result>(run: () => Result): Result | undefined {
	try {
		return run();
	} catch {
		return undefined;
	}
}

/** Writes one line to the console. */
export const warn = (what: unknown) => console.warn('footfall:', what) as undefined;

/**
 * Wraps a function that the page calls, so that it never throws into the page: an error becomes one line on the
 * console.
 */
export const safely =
	<Args extends unknown[], Result>(run: (...args: Args) => Result) =>
	(...args: Args): Result | undefined => {
		try {
			return run(...args);
		} catch (error) {
			return warn(error);
		}
	};
