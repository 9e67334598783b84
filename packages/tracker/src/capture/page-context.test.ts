// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

let self: typeof import('./page-context.js');
let visitor: typeof import('../visitor.js');

beforeEach(async () => {
	vi.resetModules();
	document.title = 'Shop';
	document.body.innerHTML = '';
	delete document.body.dataset.ffExp;
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
	visitor = await import('../visitor.js');
	visitor.setUser('');
	self = await import('./page-context.js');
});

describe('the page context', () => {
	it('is the same object until the page, the title or something else changes', () => {
		const first = self.pageContext(false);
		expect(self.pageContext(false)).toBe(first);
		document.title = 'Cart';
		expect(self.pageContext(true)).toBe(first);
		const second = self.pageContext(false);
		expect([second === first, second[1]]).toEqual([false, 'Cart']);
		visitor.setUser('ann');
		self.renewContext();
		const third = self.pageContext(false);
		expect([third === second, third[3]]).toEqual([false, 'ann']);
	});

	it('reads experiments leniently, without what the collector refuses', () => {
		const read = (text: string) => {
			document.body.dataset.ffExp = text;
			self.renewContext();
			return self.pageContext(false)[4];
		};
		expect(read('cart_style:default;header:b')).toEqual({ cart_style: 'default', header: 'b' });
		expect(read(' a : 1 ;; b ; :c; url:x:y ')).toEqual({ a: '1', b: '', url: 'x:y' });
		expect(read('constructor:x;ok:y')).toEqual({ ok: 'y' });
		expect(read('')).toEqual({});
		self.setExperiment('ok', 'called');
		expect(read('ok:declared;other:z')).toEqual({ ok: 'called', other: 'z' });
		self.forgetExperiments();
		expect(read('ok:declared')).toEqual({ ok: 'declared' });
	});

	it('has no experiments where none are declared', () => {
		expect(self.pageContext(false)[4]).toEqual({});
	});
});
