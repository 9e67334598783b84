import { listen } from '../listeners.js';
import { signal } from './capture.js';
import { isMasked } from './declared.js';

/** Which form is sent: its id, name or action, by attribute, since fields may hide the properties. Never what is in it. */
const formId = (form: Element): string | undefined =>
	(form.getAttribute('id') || form.getAttribute('name') || form.getAttribute('action'))?.replace(/[?#].*/, '');

export const watchForms = (): void =>
	listen('submit', (event) => {
		const path = event.composedPath();
		signal('submit', { obj: 'form', objId: isMasked(path) ? '' : formId(path[0] as Element) });
	});
