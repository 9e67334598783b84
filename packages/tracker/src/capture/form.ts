import { safely } from '../attempt.js';
import { listen } from '../listeners.js';
import { signal } from './capture.js';
import { attribute, unmasked } from './declared.js';

/** The path of the visitor's last click or focus, if it leads out of shadow roots. */
let last: EventTarget[] = [];

/**
 * Captures a submitted form by id, name or action, never the values of its fields. It reads the attributes, because
 * fields may hide the properties of their form: https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem
 */
const captureForm = safely((event: Event): void => {
	const path = event.composedPath();
	const id = ['id', 'name', 'action'].map((name) => attribute(path[0], name)).find(Boolean);
	signal('submit', { obj: 'form', objId: unmasked([...path, ...last], id?.replace(/[?#].*/, '')) });
});

/**
 * Captures submitted forms. The event does not leave a shadow root (https://dom.spec.whatwg.org/#dom-event-composed), so
 * it is listened to in each open root in which the visitor does anything. Adding the same listener again does nothing.
 */
export function watchForms(): void {
	listen('submit', captureForm);
	listen('focusin click', (event) => {
		const path = event.composedPath();
		last = [];
		for (const target of path) {
			if ((target as Node).nodeType === 11) {
				last = path;
				target.addEventListener('submit', captureForm, true);
			}
		}
	});
}
