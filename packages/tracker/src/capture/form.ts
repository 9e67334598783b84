import { safely } from '../attempt.js';
import { listen } from '../listeners.js';
import { signal } from './capture.js';
import { attribute, unmasked } from './declared.js';

/** The path of the visitor's last click or focus, which leads out of shadow roots. */
let last: EventTarget[] = [];

/**
 * Captures a submitted form by id, name or action, never the values of its fields. It reads the attributes, because
 * fields may hide the properties of their form: https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem
 */
const captureForm = safely((event: Event): void => {
	const path = event.composedPath();
	const id = ['id', 'name', 'action'].map((name) => attribute(path[0], name)).find(Boolean);
	const around = event.currentTarget === window ? [] : last;
	signal('submit', { obj: 'form', objId: unmasked([...path, ...around], id?.replace(/[?#].*/, '')) });
});

/**
 * Captures submitted forms. The event does not leave a shadow root (https://dom.spec.whatwg.org/#dom-event-composed), so
 * it is listened to in each open root in which the visitor does anything. Adding the same listener again does nothing.
 */
export function watchForms(): void {
	listen('submit', captureForm);
	listen('focusin click', (event) => {
		last = event.composedPath();
		for (const target of last) {
			if ((target as Node).nodeType === 11) target.addEventListener('submit', captureForm, true);
		}
	});
}
