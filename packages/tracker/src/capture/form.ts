import { safely } from '../attempt.js';
import { signal } from './capture.js';
import { isMasked } from './declared.js';

/** Which form is sent: its id, name or action, by attribute, since fields may hide the properties. Never what is in it. */
const formId = (form: Element): string | undefined =>
	['id', 'name', 'action']
		.map((name) => form.getAttribute(name))
		.find(Boolean)
		?.replace(/[?#].*/, '');

export function watchForms(): void {
	const see = safely((event: Event) => {
		const path = event.composedPath();
		signal('submit', { obj: 'form', objId: isMasked(path) ? '' : formId(path[0] as Element) });
	});
	addEventListener('submit', see, true);
}
