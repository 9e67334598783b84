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

/** Values and events on which a line was written. */
const noted: Record<string, unknown> = {};

/** Writes one line to the console on a value or an event, the first time. */
export function warnOnce(of: unknown, what: string): void {
	noted[of as string] ??= warn(what) ?? 1;
}

/**
 * Writes one line to the console on a value of the page that is not taken as it is, the first time.
 *
 * @noinline Closure would repeat the code at both calls, which takes 5 bytes more.
 */
export const note = (value: unknown, taken: unknown): void => warnOnce(value, `"${value}" is taken as "${taken}"`);

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

/**
 * Returns an object to await, which needs no global `Promise`.
 *
 * @param then gets a function that ends the wait
 */
export const until = (then: (end: () => void) => void) => ({ then });
