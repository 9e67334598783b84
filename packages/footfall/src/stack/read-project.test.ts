import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followProject } from './read-project.js';

const model = `-- @description Sessions of a day.
-- @grain site, day
-- @order site
-- @materialized incremental by partition
-- @column site LowCardinality(String): Site key.
-- @column day Date: UTC day.
-- @column n UInt64: Sessions.
SELECT site, day, count() AS n FROM {{sessions}} GROUP BY site, day
`;
let folder: string;
beforeAll(() => {
	folder = join(mkdtempSync(join(tmpdir(), 'footfall-follow-')), 'own');
	mkdirSync(join(folder, 'models'), { recursive: true });
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, 'models', name), text);

describe('a project that is followed', () => {
	it('is read again when a file has changed, with the faults of all files, and not otherwise', () => {
		const told: (readonly string[])[] = [];
		const settings = { project: folder, modelSeconds: 60, modelMemory: 2 ** 29 };
		const followed = followProject(settings, (faults) => told.push(faults));
		const first = followed.next();
		expect([first.own.models, followed.next(), told]).toEqual([[], first, []]);
		write('daily.sql', model);
		const second = followed.next();
		expect(second.own.models.map(({ name }) => name)).toEqual(['daily']);
		expect([followed.next() === second, told]).toEqual([true, [[]]]);
		write('daily.sql', model.replace('{{sessions}}', '{{session}}'));
		expect(followed.next().own.models).toEqual([]);
		expect(told.at(-1)).toEqual([expect.stringMatching(/daily\.sql:8: \{\{session\}\} is not a model/)]);
		expect(followed.current.faults).toEqual(told.at(-1));
		// Published models stay as they are while the folder is away.
		renameSync(folder, `${folder}-away`);
		expect(followed.next().own.incomplete).toContain('does not exist any more');
		renameSync(`${folder}-away`, folder);
		write('daily.sql', model);
		expect(followed.next().own.checksum).toBe(second.own.checksum);
	});
});
