import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packages = { node: 'packages/node/dist', tracker: 'packages/tracker/dist/types' };
const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript-7/package.json')), 'bin/tsc');

/** A folder with the declarations of both packages, and without their dependencies. */
const directory = mkdtempSync(join(tmpdir(), 'footfall-published-types-'));
beforeAll(() => {
	for (const [name, folder] of Object.entries(packages))
		cpSync(join(root, folder), join(directory, name), { recursive: true });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Returns the faults that the compiler finds in a program which uses both packages. */
function faultsOf(program: string): string {
	const file = join(directory, 'program.mts');
	writeFileSync(file, program);
	const target = ['--target', 'ES2022', '--module', 'NodeNext', '--lib', 'ES2022,DOM,DOM.Iterable,ESNext.Temporal'];
	const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--types', ''];
	try {
		execFileSync(process.execPath, [compiler, ...target, ...strict, file], { cwd: directory, encoding: 'utf8' });
		return '';
	} catch (error) {
		return String((error as { stdout: unknown }).stdout);
	}
}

describe('the declarations of @footfall/node and the tracker', () => {
	it('name no other package', () => {
		const foreign = readdirSync(directory, { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.d.ts'))
			.flatMap((name) =>
				[...readFileSync(join(directory, name), 'utf8').matchAll(/(?:from|import\() ?'([^.'][^']*)'/g)].map(
					([, from]) => `${name}: ${from}`,
				),
			);
		expect(foreign.filter((each) => !each.includes(' node:'))).toEqual([]);
	});

	it('accept the same order, refund, items and product', () => {
		expect(
			faultsOf(`
				import { createFootfall, type OrderItem as ServerItem } from './node/index.js';
				import { track, type OrderItem as PageItem } from './tracker/index.js';
				const footfall = createFootfall({ collector: 'https://events.shop.example', site: 'shop' });
				const items = [
					{ productId: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 9.5, quantity: 2 },
					{ productId: 7 },
					{ name: 'Gift' },
				];
				for (const orderId of ['A1', 1001]) {
					const amounts = { amount: 19, currency: 'EUR', tax: 3, shipping: 4, discount: 1 };
					const order = { ...amounts, orderId, coupon: 'SPRING', items, props: { gift: true } };
					track('order', order);
					footfall.order(order);
					const refund = { orderId, amount: 5, refundId: orderId, currency: 'EUR' };
					track('refund', refund);
					footfall.refund(refund);
					const product = { productId: orderId, amount: 19, currency: 'EUR' };
					track('view', product);
					footfall.track('view', product);
					for (const wrong of [{ amount: '19' }, { items: [{ price: '9.5' }] }]) {
						// @ts-expect-error: a price is a number.
						track('order', { ...order, ...wrong });
						// @ts-expect-error: a price is a number.
						footfall.order({ ...order, ...wrong });
					}
				}
				const toServer = (item: PageItem): ServerItem => item;
				const toPage = (item: ServerItem): PageItem => item;
				toServer(toPage({}));`),
		).toBe('');
	});
});
