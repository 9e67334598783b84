/** Whatever a page calls us with, nothing is thrown into it: what goes wrong becomes one line on the console. */
export function safely<Args extends unknown[]>(run: (...args: Args) => void): (...args: Args) => void {
	return (...args) => {
		try {
			run(...args);
		} catch (error) {
			console.warn('footfall:', error);
		}
	};
}
