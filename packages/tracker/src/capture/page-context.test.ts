// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';

let self: typeof import('./page-context.js');
let visitor: typeof import('../visitor.js');

beforeEach(async () => {
	vi.resetModules();
	document.title = 'Shop';
	document.body.innerHTML = '';
	(await import('../settings.js')).useSettings({ site: 'shop', collector: '' });
	visitor = await import('../visitor.js');
	visitor.setUser('');
	self = await import('./page-context.js');
});

describe('the page context', () => {
	it('is the same object until address, title or user change', () => {
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

	it("has the experiments of the page's element, and a call overrides them", () => {
		const read = (attributes: string) => {
			document.body.innerHTML = `<p data-ff-exp-nowhere="x"></p><main data-ff-page="cart" ${attributes}></main>`;
			self.renewContext();
			return self.pageContext(false)[4];
		};
		expect(read('data-ff-exp-cart_style="default" data-ff-exp-header="b:c"')).toEqual({
			cart_style: 'default',
			header: 'b:c',
		});
		expect(read('data-ff-exp-empty data-ff-experiment="x"')).toEqual({ empty: '' });
		expect(read('data-ff-exp-__proto__="x" data-ff-exp-ok="y"')).toEqual({ ok: 'y' });
		expect(read('')).toEqual({});
		self.setExperiment('ok', 'called');
		expect(read('data-ff-exp-ok="declared" data-ff-exp-other="z"')).toEqual({ ok: 'called', other: 'z' });
		self.forgetExperiments();
		expect(read('data-ff-exp-ok="declared"')).toEqual({ ok: 'declared' });
	});

	it('has the time zone of Temporal, or of Intl if Temporal is missing or does not support it', () => {
		const read = (temporal: unknown) => {
			vi.stubGlobal('Temporal', temporal);
			self.renewContext();
			return self.pageContext(false)[10];
		};
		const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
		const intl = vi.spyOn(Intl, 'DateTimeFormat');
		expect(read({ Now: { timeZoneId: () => 'Asia/Tokyo' } })).toBe('Asia/Tokyo');
		expect(intl).not.toHaveBeenCalled();
		for (const other of [undefined, {}, { Now: { timeZone: () => 'x' } }]) expect(read(other)).toBe(timeZone);
		vi.unstubAllGlobals();
		intl.mockRestore();
	});

	it('has no experiments if the page declares none', () => {
		expect(self.pageContext(false)[4]).toEqual({});
	});
});
