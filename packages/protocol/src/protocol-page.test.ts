import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contentCodings, limits, outcomes, reservedEvents } from './index.js';
import { type EventName, eventNames, fieldNames, itemFieldNames, meanings } from './names/index.js';

const page = readFileSync(new URL('../PROTOCOL.md', import.meta.url), 'utf8');
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Returns the sources of the tests below a folder, and of the suites that tests share. */
function testsBelow(folder: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((path) => /(\.test|-suite)\.ts$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
		.map((path) => readFileSync(join(root, folder, path), 'utf8'));
}

/** Returns the rows of the table under a heading, as cells. */
function table(heading: string): string[][] {
	const section = page.split(`# ${heading}\n`)[1]?.split('\n#')[0] ?? '';
	return section
		.split('\n')
		.filter((line) => line.startsWith('| `'))
		.map((line) =>
			line
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim().replaceAll('`', '')),
		);
}

describe('PROTOCOL.md', () => {
	it('lists every outcome as the code has it', () => {
		expect(table('Outcomes')).toEqual(
			Object.entries(outcomes).map(([name, o]) => [name, String(o.status), o.final ? 'yes' : 'no', o.meaning]),
		);
	});

	it('names the content codings as the code has them', () => {
		const [first, ...others] = contentCodings;
		const list = others.map((coding) => `\`${coding}\``).join(' or ');
		expect(page.replaceAll('\n', ' ')).toContain(`\`Content-Encoding: ${first}\`, ${list}.`);
		for (const coding of contentCodings) expect(outcomes['unsupported-encoding'].meaning).toContain(coding);
	});

	it('lists every reserved event name as the code has it', () => {
		expect(table('Reserved names')).toEqual(
			Object.entries(reservedEvents).map(([name, { passive, meaning }]) => [name, passive ? 'yes' : 'no', meaning]),
		);
	});

	it("lists other tools' names of events and of fields as the code has them", () => {
		const events = Object.entries(eventNames as Readonly<Record<string, EventName>>);
		expect(table('Names of events')).toEqual(
			events.map(([name, { means, needs }]) => [name, Object.values(meanings[means]).join(' '), needs.join(', ')]),
		);
		const listed = (names: Readonly<Record<string, readonly string[]>>) =>
			Object.entries(names)
				.filter(([, others]) => others.length > 0)
				.map(([field, others]) => [field, others.join(', ')]);
		expect(table('Names of fields')).toEqual(listed(fieldNames));
		expect(table('Names of fields of items')).toEqual(listed(itemFieldNames));
	});

	it('names the idempotency key as the code has it', () => {
		const source = readFileSync(new URL('event-id.ts', import.meta.url), 'utf8');
		const tuple = source.match(/export type IdempotencyKey = \[(.*?)\];/s)?.[1] ?? '';
		const elements = [...tuple.matchAll(/^\t(\w+): number,$/gm)].map((match) => match[1]);
		expect(page).toContain(`The idempotency key of an event is (${elements.join(', ')}): \`IdempotencyKey\``);
	});

	it('has invariants of which each is cited by a test, and tests cite no others', () => {
		const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`);
		const sources = [...packages, 'tests'].flatMap(testsBelow);
		const cited = sources.flatMap((source) =>
			[...source.matchAll(/\/\/ PROTOCOL\.md: (P\d(?:, P\d)*)$/gm)].flatMap((match) =>
				(match[1] as string).split(', '),
			),
		);
		const invariants = [...page.matchAll(/^- \*\*(P\d+)\*\*/gm)].map((match) => match[1] as string);
		expect(invariants).not.toEqual([]);
		expect(new Set(cited)).toEqual(new Set(invariants));
	});

	it('lists every limit as the code has it', () => {
		expect(table('Limits')).toEqual(Object.entries(limits).map(([name, value]) => [name, String(value)]));
	});
});
