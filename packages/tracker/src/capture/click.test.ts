// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { wireEvent } from '../encode/wire-event.js';
import type { RawFields } from '../options.js';
import { clickFields } from './click.js';
import { declaring, unmasked } from './declared.js';

beforeEach(() => {
	document.body.innerHTML = '';
});

/** Returns the fields of a click on the element with the id `hit`. */
function click(html: string): RawFields | undefined {
	document.body.innerHTML = html;
	let path: EventTarget[] = [];
	document.body.addEventListener('click', (event) => (path = event.composedPath()), { once: true });
	document.querySelector('#hit')?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
	return fieldsOf(path);
}

function fieldsOf(path: readonly EventTarget[]): RawFields | undefined {
	const element = declaring(path, 'data-ff-click');
	return element && clickFields(element, path);
}

describe('a click', () => {
	it('has no fields where no element declares it', () => {
		expect(click('<p data-ff-page="x"><button id="hit">Help</button></p>')).toBeUndefined();
	});

	it('takes its obj_id from the attribute, on a button and on a link', () => {
		expect(click('<button id="hit" data-ff-click="add_to_cart">Add</button>')).toMatchObject({
			obj: 'button',
			objId: 'add_to_cart',
		});
		expect(click('<a id="hit" href="/cart" data-ff-click="to_cart">Cart</a>')).toMatchObject({
			obj: 'url',
			objId: 'to_cart',
		});
	});

	it('with an empty attribute takes its obj_id from the href as written', () => {
		expect(click('<a id="hit" href="../cart?x=1" data-ff-click="">Cart</a>')).toMatchObject({
			obj: 'url',
			objId: '../cart?x=1',
		});
		expect(click('<a id="hit" href="" data-ff-click>Here</a>')).toMatchObject({ obj: 'url', objId: '' });
		expect(click('<a id="hit" data-ff-click>No link</a>')).toMatchObject({ obj: 'button', objId: null });
		expect(click('<button id="hit" data-ff-click>Add</button>')).toMatchObject({ obj: 'button', objId: null });
	});

	it('belongs to the nearest declaring element around the clicked one', () => {
		const html = (inner: string) =>
			`<div data-ff-click="card"><a href="/p" ${inner}><b><i id="hit">x</i></b></a></div>`;
		expect(click(html('data-ff-click="link"'))).toMatchObject({ obj: 'url', objId: 'link' });
		expect(click(html(''))).toMatchObject({ obj: 'button', objId: 'card' });
	});

	it('has object, product, amount, currency and properties of the element', () => {
		const fields = click(
			`<button id="hit" data-ff-click="buy" data-ff-obj="recommendation" data-ff-product-id="3" data-ff-amount="19.99"
				data-ff-currency="EUR" data-ff-prop-colour="blue" data-ff-prop-list-position="2" data-ff-prop-="none">Buy</button>`,
		);
		expect(fields?.props).toMatchObject({ colour: 'blue', 'list-position': '2' });
		const wire = wireEvent({ name: 'click', ...fields }, 1);
		expect(wire.slice(3)).toEqual(['click', 'recommendation', 'buy', 3, 19.99, 'EUR', fields?.props]);
	});

	it('has 0 in place of an amount that is no valid number, which is in its details as a product id of text is', () => {
		const fields = click('<b id="hit" data-ff-click="x" data-ff-product-id="SKU-1" data-ff-amount="1,99"></b>');
		const [details, , , ...elements] = wireEvent({ name: 'click', ...fields }, 1);
		expect([details, elements]).toEqual([{ productId: 'SKU-1', amount: '1,99' }, ['click', 'button', 'x']]);
	});

	it('is masked, and belongs to its form, where a field hides the attributes of the form', () => {
		document.body.innerHTML = '<form data-ff-mask data-ff-click="order"><input name="dataset"></form>';
		const form = document.querySelector('form') as HTMLFormElement;
		// Browsers do this for a field of that name.
		Object.defineProperty(form, 'dataset', { value: document.querySelector('input') });
		const path = [form, document.body, document, window];
		expect(unmasked(path, '/orders/7')).toBe('');
		expect(declaring(path, 'data-ff-click')).toBe(form);
	});

	it('is captured through an open shadow root', () => {
		const host = document.createElement('div');
		document.body.append(host);
		host.attachShadow({ mode: 'open' }).innerHTML = '<button data-ff-click="inside"><b>x</b></button>';
		let fields: RawFields | undefined;
		document.addEventListener('click', (event) => (fields = fieldsOf(event.composedPath())), { once: true });
		host.shadowRoot?.querySelector('b')?.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
		expect(fields).toMatchObject({ objId: 'inside' });
	});

	it('inside a masked element has the declared obj_id, and no address', () => {
		const link = (name: string) => `<p data-ff-mask><a id="hit" href="/orders/ann" data-ff-click="${name}">x</a></p>`;
		expect(click(link(''))).toMatchObject({ obj: 'url', objId: '' });
		expect(click(link('order'))).toMatchObject({ obj: 'url', objId: 'order' });
	});
});
