import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { declarationOf } from '../../packages/footfall/src/run/types/declaration.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript-7/package.json')), 'bin/tsc');
const folder = mkdtempSync(join(tmpdir(), 'footfall-typed-events-'));
cpSync(join(root, 'packages/tracker/dist/types'), join(folder, 'tracker'), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const event = (name: string, keys: { key: string; texts: string[] }[], hasMoreKeys = false) => ({
	name,
	goals: ['Sign-ups'],
	seen: { events: 2, lastDay: '2026-11-29' },
	keys,
	hasMoreKeys,
});
writeFileSync(
	join(folder, 'events.d.ts'),
	declarationOf(
		{
			events: [
				event('signup', [
					{ key: 'plan', texts: ['pro', 'team'] },
					{ key: 'seats', texts: [] },
				]),
				event('logout', []),
				event('search', [{ key: 'text', texts: [] }], true),
				event('order', [{ key: 'gift', texts: [] }]),
				event('*/ "\u202e', [{ key: '"]: never; }', texts: ['*/'] }]),
			],
			hasMore: false,
		},
		undefined,
	),
);

/** The three ways to call `track`, each with a name and fields. */
const forms = [
	(args: string) => `track(${args});`,
	(args: string) => `window.footfall?.track(${args});`,
	(args: string) => `window.footfall?.('track', ${args});`,
];
const right = [
	`'signup'`,
	`'signup', { props: { plan: 'pro', seats: 5 }, amount: 5, obj: 'form' }`,
	`'signup', { props: { plan: 'a plan that was never seen' } }`,
	`'signup', { props: { plan: text, seats: true } }`,
	`'logout', { obj: 'button' }`,
	`'search', { props: { text: 'shoe', of: 'anything' } }`,
	`'order', { orderId: 1, amount: 5, currency: 'EUR', props: { gift: true } }`,
	`'refund', { orderId: 1, props: { any: 1 } }`,
	`'view', { productId: 7 }`,
	`'Order Completed', { orderId: 1, props: { any: 1 } }`,
	`'*/ "\\u202e', { props: { '"]: never; }': '*/' } }`,
];
const wrong = [
	`'sign_up'`,
	`text`,
	`'signup', { props: { paln: 'pro' } }`,
	`'signup', { props: { plan: null } }`,
	`'logout', { props: { plan: 'pro' } }`,
	`'order', { orderId: 1, props: { gfit: true } }`,
	`'*/ "'`,
];
/** Calls that are errors with every declaration. */
const neverRight = [`'signup', { amount: '5' }`, `'signup', { props: { plan: null } }`, ''];

/** Returns the errors that the compiler finds in a page, with or without the declaration. */
function errorsOf(lines: readonly string[], withEvents: boolean, ...options: string[]): string {
	const page = ["import { track } from './tracker/index.js';", 'declare const text: string;', ...lines].join('\n');
	writeFileSync(join(folder, 'page.mts'), page);
	const target = ['--target', 'ES2022', '--module', 'NodeNext', '--lib', 'ES2022,DOM,DOM.Iterable,ESNext.Temporal'];
	const files = ['page.mts', ...(withEvents ? ['events.d.ts'] : [])];
	const args = [compiler, ...target, '--noEmit', '--strict', '--types', '', ...options, ...files];
	try {
		execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
		return '';
	} catch (error) {
		return String((error as { stdout: unknown }).stdout);
	}
}
const calls = (args: readonly string[]) => forms.flatMap((form) => args.map(form));
const withErrors = (args: readonly string[]) => calls(args).flatMap((call) => ['// @ts-expect-error', call]);

describe('the events that footfall types writes', () => {
	it('allow the right calls, and make a misspelt name or key an error, in every form of the call', () => {
		const page = [...calls(right), ...withErrors([...wrong, ...neverRight])];
		expect(errorsOf(page, true)).toBe('');
		expect(errorsOf(page, true, '--exactOptionalPropertyTypes')).toBe('');
	});

	it('are not needed: without them every name and every property is allowed', () => {
		const names = wrong.filter((args) => !neverRight.includes(args));
		expect(errorsOf([...calls([...right, ...names]), ...withErrors(neverRight)], false)).toBe('');
	});

	it('are suggested by an editor, with the texts that were seen', () => {
		const page = "import { track } from './tracker/index.js';\ntrack('signup', { props: { plan: '' } });\ntrack('');\n";
		const path = join(folder, 'editor.mts');
		writeFileSync(path, page);
		const service = ts.createLanguageService({
			getCompilationSettings: () => ({
				strict: true,
				module: ts.ModuleKind.NodeNext,
				target: ts.ScriptTarget.ES2022,
				types: [],
			}),
			getScriptFileNames: () => [path, join(folder, 'events.d.ts')],
			getScriptVersion: () => '1',
			getScriptSnapshot: (name) =>
				ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, 'utf8')) : undefined,
			getCurrentDirectory: () => folder,
			getDefaultLibFileName: ts.getDefaultLibFilePath,
			fileExists: ts.sys.fileExists,
			readFile: ts.sys.readFile,
			readDirectory: ts.sys.readDirectory,
			directoryExists: ts.sys.directoryExists,
			getDirectories: ts.sys.getDirectories,
		});
		const suggested = (before: string) =>
			service
				.getCompletionsAtPosition(path, page.indexOf(before) + before.length, undefined)
				?.entries.map(({ name }) => name);
		expect(suggested("plan: '")).toEqual(['pro', 'team']);
		expect(suggested("track('")).toEqual(expect.arrayContaining(['signup', 'logout', 'order', 'refund', 'purchase']));
		const info = service.getQuickInfoAtPosition(path, page.indexOf('plan:') + 1);
		expect(ts.displayPartsToString(info?.displayParts)).toContain('"pro" | "team"');
	});
});
