import { listen } from '../listeners.js';
import { signal } from './capture.js';

/** Different errors of one page that are captured. */
const errorsMax = 10;

const seen: unknown[] = [];

function see(objId: unknown, source?: string): void {
	if (seen.includes(objId) || seen.length === errorsMax) return;
	seen.push(objId);
	signal('error', { objId, obj: 'error', props: { source } });
}

/** Captures every error that nobody has caught, once for each message. */
export function watchErrors(): void {
	listen('error', ({ message, filename, lineno }: ErrorEvent) => {
		// Pictures and scripts that do not load have none.
		if (message) see(message, `${filename.replace(/[?#].*/, '')}:${lineno}`);
	});
	listen('unhandledrejection', ({ reason }: PromiseRejectionEvent) => see(`${reason?.message ?? reason}`));
}
