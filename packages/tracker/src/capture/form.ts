import { listen } from '../listeners.js';
import { signal } from './capture.js';
import { isMasked } from './declared.js';

/** Captures which form is sent: its id, name or action, by attribute, since fields may hide the properties. Never what is in it. */
export const watchForms = (): void =>
	listen('submit', (event) => {
		const path = event.composedPath();
		const read = (name: string) => (path[0] as Element).getAttribute(name);
		const id = read('id') || read('name') || read('action');
		signal('submit', { obj: 'form', objId: isMasked(path) ? '' : id?.replace(/[?#].*/, '') });
	});
