import { readFileSync } from 'node:fs';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * Two other tests complete these: docker.test.ts compares the page's grants with those of the embedded server's
 * accounts, and all tests of migrations and transforms run with these accounts, which shows that the grants suffice.
 */

const page = readFileSync(new URL('../../docs/how-to/own-clickhouse.md', import.meta.url), 'utf8');
const statements = [...page.matchAll(/```sql\n([\s\S]*?)```/g)]
	.flatMap(([, sql]) => (sql as string).split(/;\s*$/m))
	.map((statement) => statement.trim())
	.filter((statement) => statement !== '');
const startingWith = (word: string) => statements.filter((statement) => statement.startsWith(word));
const namedSettings = startingWith('CREATE SETTINGS PROFILE').flatMap((statement) =>
	[...statement.matchAll(/\b([a-z_]+)(?= CONST| = )/g)].map(([, name]) => name as string),
);
const grants = [...startingWith('GRANT'), ...startingWith('REVOKE')];

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());

const names = async (sql: string) =>
	new Set((await test.warehouse.query<{ name: string }>(sql)).map(({ name }) => name));

describe('the page on a ClickHouse of your own', () => {
	it('has statements that ClickHouse can read', async () => {
		expect(statements.length).toBeGreaterThan(20);
		for (const statement of statements) {
			const read = test.warehouse.query('SELECT formatQuery({statement:String}) AS read', { params: { statement } });
			await expect(read, statement).resolves.toEqual([{ read: expect.any(String) }]);
		}
	});

	it('names settings that ClickHouse has', async () => {
		const known = await names(`SELECT name FROM system.settings
			UNION ALL SELECT 'merge_tree_' || name FROM system.merge_tree_settings`);
		expect(new Set(namedSettings).size).toBeGreaterThan(12);
		expect(namedSettings.filter((name) => !known.has(name))).toEqual([]);
	});

	it('grants privileges that ClickHouse has', async () => {
		const known = await names('SELECT toString(privilege) AS name FROM system.privileges');
		const named = grants.flatMap((statement) => (/^\w+ (.+) ON /.exec(statement)?.[1] ?? '').split(', '));
		expect(new Set(named).size).toBeGreaterThan(25);
		expect(named.filter((name) => !known.has(name))).toEqual([]);
	});

	it('grants table engines that ClickHouse has', async () => {
		const known = await names('SELECT name FROM system.table_engines');
		const named = grants.flatMap((statement) => /TABLE ENGINE ON (\w+)/.exec(statement)?.[1] ?? []);
		expect(named.length).toBe(7);
		expect(named.filter((name) => !known.has(name))).toEqual([]);
	});

	it('names the version that introduced its newest setting, and the one that it was tested with', async () => {
		const asText = (version: string) => version.split('.').slice(0, 2).join('.');
		const [{ newest, tried } = { newest: '', tried: '' }] = await test.warehouse.query<{
			newest: string;
			tried: string;
		}>(
			`SELECT argMax(version, splitByChar('.', version)::Array(UInt16)) AS newest, version() AS tried
			FROM system.settings_changes ARRAY JOIN changes AS change
			WHERE change.name IN {settings:Array(String)} AND change.reason = 'New setting'`,
			{ params: { settings: namedSettings } },
		);
		expect(page).toContain(`ClickHouse ${asText(newest)} or newer`);
		expect(page).toContain(`tested with ${asText(tried)}`);
	});
});
