import { defaultDefinitions } from '@footfall/definitions';
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { declarationOf } from './declaration.js';
import { typesLimits } from './limits.js';
import { listEvents } from './listed-events.js';
import type { SeenEvent } from './seen-events.js';

const noDefinitions = { goals: [], funnels: [], experiments: [] };
const seen = (name: string, values: Record<string, string[] | undefined> = {}, others = {}): SeenEvent => ({
	name,
	events: 1,
	lastDay: '2026-11-29',
	keys: Object.entries(values).map(([key, texts]) => ({ key, values: texts })),
	hasMoreKeys: false,
	...others,
});
const textOf = (events: SeenEvent[], definitions = noDefinitions as typeof defaultDefinitions) =>
	declarationOf(listEvents(definitions, events), undefined);

/** The events of a declaration, as the parser of TypeScript reads them. */
function parsed(text: string) {
	const file = ts.createSourceFile('events.d.ts', text, ts.ScriptTarget.ES2022, true);
	expect((file as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
	expect(file.statements.map(({ kind }) => ts.SyntaxKind[kind])).toEqual(['ModuleDeclaration', 'ExportDeclaration']);
	const [events, ...others] = ((file.statements[0] as ts.ModuleDeclaration).body as ts.ModuleBlock).statements;
	expect(others).toEqual([]);
	return (events as ts.InterfaceDeclaration).members.map((member) => {
		const { name, type } = member as ts.PropertySignature;
		const members = type && ts.isTypeLiteralNode(type) ? type.members.filter(ts.isPropertySignature) : [];
		return {
			name: (name as ts.StringLiteral).text,
			keys: members.map((key) => (key.name as ts.StringLiteral).text),
			texts: members.flatMap((key) =>
				(key.type as ts.UnionTypeNode).types.flatMap((one) =>
					ts.isLiteralTypeNode(one) && ts.isStringLiteral(one.literal) ? [one.literal.text] : [],
				),
			),
			tags: ts.getJSDocTags(member).length,
		};
	});
}

const hostile = [
	'*/ declare const a: any; /*',
	'"; }; } } declare const b: any; //',
	"'`$\\",
	'line\nfeed\r\u2028\u2029',
	'\u202eesrever\u2066\u200b\ufeff\u00a0\u00ad',
	'\ud800',
	'__proto__',
	'constructor',
	'[Symbol.iterator]',
	'123',
	'名前 🛒 é',
];

describe('a declaration', () => {
	it('keeps every name, key and text as it is, and injects nothing', () => {
		const events = parsed(textOf(hostile.map((name) => seen(name, { [`${name}!`]: [`${name}?`] }))));
		const sorted = [...hostile].sort((a, b) => (a < b ? -1 : 1));
		expect(events).toEqual(sorted.map((name) => ({ name, keys: [`${name}!`], texts: [`${name}?`], tags: 0 })));
		fc.assert(
			fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), (text) => {
				const isText = text.trim() !== '' && !/^[\d.e+-]+$|^true$|^false$/.test(text);
				expect(parsed(textOf([seen(text, { [text]: [text] })]))).toEqual([
					{ name: text, keys: [text], texts: isText ? [text] : expect.anything(), tags: 0 },
				]);
			}),
		);
	});

	it('has no character that an editor hides or that turns the direction of text', () => {
		const text = textOf(hostile.map((name) => seen(name, { [name]: [name] })));
		expect(text.replaceAll(/[\n\t ]/g, '')).not.toMatch(/[\p{C}\p{Z}\u00ad]/u);
		expect(text).toContain('"名前 🛒 é"');
	});

	it('has titles of goals that neither end the comment nor become tags', () => {
		const goals = ['*/ }', 'x @deprecated', '@see\nline'].map((title, i) => ({
			name: `g${i}`,
			title,
			when: { kind: 'event', is: { op: 'equal', texts: ['signup'] } } as const,
			value: { kind: 'none' } as const,
			sites: undefined,
		}));
		const text = textOf([], { ...defaultDefinitions, goals });
		expect(parsed(text).find(({ name }) => name === 'signup')).toMatchObject({ tags: 0 });
		expect(text).toContain('Can reach the goals *\\/ }, x \\@deprecated, \\@see line.');
	});

	it('suggests texts only where there are few and short ones that are not numbers', () => {
		const values = { a: ['pro', 'x'.repeat(101), '5', '-1.5', 'true', ''], b: undefined, c: ['x'.repeat(100)] };
		expect(parsed(textOf([seen('signup', values)]))).toMatchObject([
			{ keys: ['a', 'b', 'c'], texts: ['pro', 'x'.repeat(100)] },
		]);
	});

	it('is bounded, and keeps what is defined', () => {
		const many = Array.from({ length: typesLimits.events + 1 }, (_, i) => seen(`e${i}`));
		const text = textOf(many, defaultDefinitions);
		const names = parsed(text).map(({ name }) => name);
		expect(names).toHaveLength(typesLimits.events);
		expect(names).toContain('order');
		expect(names).not.toContain(`e${typesLimits.events - 1}`);
		expect(text).toContain(`// There are more than ${typesLimits.events} events`);
		const keys = Object.fromEntries(Array.from({ length: typesLimits.keys + 1 }, (_, i) => [`k${i}`, undefined]));
		const open = textOf([seen('a', keys), seen('b', { k: ['x'] }, { hasMoreKeys: true }), seen('c')]);
		expect(parsed(open).map((event) => event.keys.length)).toEqual([typesLimits.keys, 1, 0]);
		expect(open.match(/\[key: string\]: string \| number \| boolean \| undefined;/g)).toHaveLength(2);
		expect(open).toContain('"c": Record<string, never>;');
	});
});
