import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, compileFolder } from '@footfall/transforms';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FootfallProcess } from '../support/footfall-process.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-types-'));
const data = join(scratch, 'data');
const limits = { seconds: 60, memoryBytes: 2 ** 30 };
const definitions = {
	goals: {
		signup: { title: 'Sign-ups', when: { event: 'signup', properties: { seats: { atLeast: 5 } } } },
		invited: { when: { event: 'invite', properties: { role: 'admin' } }, sites: ['app'] },
		blog_read: { when: { event: 'read' }, sites: ['blog'] },
	},
	funnels: {},
};
let test: TestWarehouse;

/** Events of a site: a number of each name, with one property. */
async function insert(site: string, name: string, count: number, props: string, daysAgo = 1): Promise<void> {
	await test.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, url, props, exp)
		SELECT {site:String}, number, generateUUIDv4(), at, at, {name:String}, if(number % 2, 'form', ''), 'https://app.test/',
			${props}, map('price', 'a')
		FROM (SELECT number, toDateTime64(today(), 3, 'UTC') - INTERVAL ${daysAgo} DAY AS at FROM numbers(${count}))`,
		{ params: { site, name } },
	);
}

beforeAll(async () => {
	test = await startTestWarehouse();
	await insert('app', 'signup', 5, `map('plan', ['free', 'pro'][1 + number % 2], 'seats', toString(number))`);
	await insert('app', 'signup', 2, `map('plan', 'team')`, 3);
	await insert('app', 'redeem', 21, `map('code', concat('c', toString(number)), 'note', repeat('x', 101))`);
	await insert('app', 'order', 1, `map('gift', 'true')`);
	await insert('app', 'view', 3, `map('captured', 'x')`);
	await insert('app', 'identify', 3, `map('trait', 'x')`);
	await insert('app', 'forgotten', 3, `map('long', 'ago')`, 91);
	await insert('app', 'a*/"\n\u202e', 1, `map('k"]: never; }', '*/')`);
	await insert('blog', 'signup', 1, `map('letter', 'weekly')`);
	const folder = join(scratch, 'footfall');
	mkdirSync(folder);
	writeFileSync(join(folder, 'definitions.json'), JSON.stringify(definitions));
	const { project, faults } = compileFolder(folder, limits);
	expect(faults).toEqual([]);
	await build(test.warehouse, project);
	// The data directory of a running `footfall up`.
	mkdirSync(data);
	symlinkSync(test.directory, join(data, 'clickhouse'));
});
afterAll(async () => {
	await test.stop();
	rmSync(scratch, { recursive: true, force: true });
});

async function types(...args: string[]) {
	const run = new FootfallProcess(['types', '--data', data, ...args], {}, scratch);
	return { code: await run.exit(), stdout: run.stdout, stderr: run.stderr };
}
const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

/** The declaration of the site app. */
const declaration = `// Written by footfall types, which overwrites it.
// Events of the site "app": those that are defined, and those of the last 90 days.
declare global {
	interface FootfallEvents {
		/** Seen once, last on ${day(1)}. */
		"a*/\\"\\n\\u202e": {
			"k\\"]: never; }"?: "*/" | (string & {}) | number | boolean;
		};
		/** Not seen in the last 90 days. Can reach the goal Invited. */
		"invite": {
			"role"?: string | number | boolean;
		};
		/** Seen once, last on ${day(1)}. */
		"order": {
			"gift"?: string | number | boolean;
		};
		/** Seen 21 times, last on ${day(1)}. */
		"redeem": {
			"code"?: string | number | boolean;
			"note"?: string | number | boolean;
		};
		/** Seen 7 times, last on ${day(1)}. Can reach the goal Sign-ups. */
		"signup": {
			"plan"?: "free" | "pro" | "team" | (string & {}) | number | boolean;
			"seats"?: string | number | boolean;
		};
	}
}

export {};
`;

describe('footfall types', () => {
	it('prints the events of a site that are defined or were seen, with the properties that pages passed', async () => {
		expect(await types('--site', 'app')).toEqual({ code: 0, stdout: declaration, stderr: '' });
	});

	it('joins the events of all sites', async () => {
		const { stdout } = await types();
		expect(stdout).toContain('// Events of all sites:');
		expect(stdout).toContain('/** Seen 8 times,');
		expect(stdout).toContain('"letter"?: "weekly" |');
		expect(stdout).toContain('"read": Record<string, never>;');
	});

	it('writes a file, again over its own, and never over another', async () => {
		const file = join(scratch, 'events.d.ts');
		for (const expected of [1, 2]) {
			const { code, stdout } = await types('--site', 'app', file);
			expect({ expected, code, stdout }).toEqual({
				expected,
				code: 0,
				stdout: `Wrote ${file}: 5 events, of which 4 were seen in the last 90 days.\n`,
			});
			expect(readFileSync(file, 'utf8')).toBe(declaration);
		}
		const mine = join(scratch, 'mine.d.ts');
		writeFileSync(mine, 'export {};\n');
		expect(await types(mine)).toMatchObject({ code: 1, stderr: expect.stringContaining('name another file') });
		expect(readFileSync(mine, 'utf8')).toBe('export {};\n');
		expect(await types(join(scratch, 'absent', 'a.d.ts'))).toMatchObject({
			code: 1,
			stderr: expect.stringContaining('cannot be written (ENOENT)'),
		});
		expect(await types('events.ts')).toMatchObject({ code: 2, stderr: expect.stringContaining('ends in .d.ts') });
		expect(readdirSync(scratch).filter((name) => name.includes('draft'))).toEqual([]);
	});
});
