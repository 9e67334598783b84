import { signal } from './capture.js';

/** Different errors of one page that are captured. */
const errorsMax = 10;

const seen = new Set<unknown>();

function see(objId: unknown, source?: string): void {
	if (seen.has(objId) || seen.size === errorsMax) return;
	seen.add(objId);
	signal('error', { obj: 'error', objId, props: { source } });
}

/** Captures every error that nobody has caught, once for each message. */
export function watchErrors(): void {
	addEventListener('error', ({ message, filename, lineno }) =>
		see(message, `${filename}:${lineno}`.replace(/[?#].*:/, ':')),
	);
	addEventListener('unhandledrejection', ({ reason }) => see(`${reason?.message ?? reason}`));
}
