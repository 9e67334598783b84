/** What `run` returns, or nothing when it throws: where storage is forbidden or a feature is missing, everything else goes on. */
export function attempt<Result>(run: () => Result): Result | undefined {
	try {
		return run();
	} catch {
		return undefined;
	}
}

/** One line on the console. */
export const warn = (what: unknown) => console.warn('footfall:', what) as undefined;

/** Whatever a page calls us with, nothing is thrown into it: what goes wrong becomes one line on the console. */
export const safely =
	<Args extends unknown[], Result>(run: (...args: Args) => Result) =>
	(...args: Args): Result | undefined => {
		try {
			return run(...args);
		} catch (error) {
			return warn(error);
		}
	};
