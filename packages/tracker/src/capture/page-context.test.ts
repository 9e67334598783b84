// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest';
import { pageContext } from './page-context.js';

beforeEach(() => {
	document.title = 'Shop';
	document.body.innerHTML = '';
});

describe('the page context', () => {
	it('is the same object until the page, the title, the user or the view changes', () => {
		const contextNow = pageContext();
		const first = contextNow('', false);
		expect(contextNow('', false)).toBe(first);
		document.title = 'Cart';
		const second = contextNow('', false);
		expect([second === first, second[1]]).toEqual([false, 'Cart']);
		const third = contextNow('ann', false);
		expect([third === second, third[3]]).toEqual([false, 'ann']);
		expect(contextNow('ann', true)).not.toBe(third);
	});

	it('reads experiments leniently, without what the collector refuses', () => {
		const read = (text: string) => {
			document.body.dataset.ffExp = text;
			return pageContext()('', false)[4];
		};
		expect(read('cart_style:default;header:b')).toEqual({ cart_style: 'default', header: 'b' });
		expect(read(' a : 1 ;; b ; :c; url:x:y ')).toEqual({ a: '1', b: '', url: 'x:y' });
		expect(read('constructor:x;ok:y')).toEqual({ ok: 'y' });
		expect(read('')).toEqual({});
	});

	it('has no experiments where none are declared', () => {
		delete document.body.dataset.ffExp;
		expect(pageContext()('', false)[4]).toEqual({});
	});
});
