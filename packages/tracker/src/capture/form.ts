import { listen } from '../listeners.js';
import { signal } from './capture.js';
import { isMasked } from './declared.js';

/**
 * Captures submitted forms by id, name or action, never the values of their fields. It reads the attributes, because
 * fields may hide the properties of their form: https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem
 */
export const watchForms = (): void =>
	listen('submit', (event) => {
		const path = event.composedPath();
		const read = (name: string) => (path[0] as Element).getAttribute(name);
		const id = read('id') || read('name') || read('action');
		signal('submit', { obj: 'form', objId: isMasked(path) ? '' : id?.replace(/[?#].*/, '') });
	});
