import { expect, it } from 'vitest';
import { WarehouseError } from '../client/warehouse-error.js';
import { copyRefusal, ImportRefusal, stagingRefusal } from './import-refusal.js';

const ofServer = (code: number | undefined, message = 'why') => new WarehouseError(message, 'refused', code);
const ofSystem = (code: string, syscall = 'read') => Object.assign(new Error(`${code}: why`), { code, syscall });
const messageOf = (error: unknown) => (stagingRefusal('a.csv', error) as Error).message;

it.each([6, 8, 27, 33, 53, 70, 117, 354, 554, 561, 636])(
	'code %i of ClickHouse is about the content of a file',
	(code) => {
		expect(messageOf(ofServer(code))).toBe('a.csv cannot be read to its end, so nothing of it was stored: why');
	},
);

it.each([74, 75, 76, 173, 202, 236, 241, 243, 252, 425, 439, 999, 1001, 9_999])(
	'code %i of ClickHouse is about its machine',
	(code) => {
		expect(messageOf(ofServer(code))).toMatch(
			/^a\.csv was not imported, because ClickHouse could not store its rows \(why\): check the disk/,
		);
	},
);

it('missing rights and a missing answer have remedies of their own', () => {
	expect(messageOf(ofServer(497))).toContain('give the account of CLICKHOUSE_URL the rights');
	expect(messageOf(ofServer(undefined, 'connect ECONNREFUSED'))).toContain('check that ClickHouse runs');
});

it('an error of the system is named with its remedy', () => {
	expect(messageOf(ofSystem('EMFILE', 'open'))).toMatch(/cannot be read at present \(open EMFILE\): raise it with/);
	expect(messageOf(ofSystem('EACCES', 'open'))).toContain('give this user the right to read it');
	expect(messageOf(ofSystem('EIO'))).toContain('check the file, its disk');
	const gzip = Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' });
	expect(messageOf(gzip)).toContain('cannot be read to its end');
});

it('a copy that was not confirmed is completed by the same import', () => {
	expect((copyRefusal('a.csv', ofServer(243)) as Error).message).toMatch(/may be imported in part.*completes it/);
});

it('a refusal and an error of the code stay as they are', () => {
	for (const error of [new ImportRefusal('known'), new TypeError('a bug')]) {
		expect(stagingRefusal('a.csv', error)).toBe(error);
	}
	const bug = new TypeError('a bug');
	expect(copyRefusal('a.csv', bug)).toBe(bug);
});
