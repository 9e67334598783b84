import { WarehouseError } from '@footfall/warehouse';
import { describe, expect, it } from 'vitest';
import { isMemoryOfStatement, mayBeOfData } from './data-error.js';

const refused = (code: number, message = 'refused') => new WarehouseError(message, 'refused', code);

describe('mayBeOfData', () => {
	it.each([
		['a file of the server cannot be opened', 76],
		['the server is read-only for the account', 164],
		['the server has reached its quota', 201],
		['too many statements run', 202],
		['a part is missing', 232],
		['the table is read-only', 242],
		['the disk is full', 243],
		['too many parts', 252],
		['no connection to a replica', 279],
		['a system call failed', 425],
		['no thread is available', 439],
		['the account lacks rights', 497],
		['the object storage fails', 499],
		['the password is wrong', 516],
		['the server is overloaded', 745],
		['an error of a later version', 9_999],
	])('is false although %s', (_, code) => {
		expect(mayBeOfData(refused(code))).toBe(false);
	});

	it('is false without a complete answer, and for errors of this process', () => {
		expect(mayBeOfData(new WarehouseError('socket hang up', 'unknown'))).toBe(false);
		expect(mayBeOfData(new WarehouseError('cancelled', 'unknown', 394))).toBe(false);
		expect(mayBeOfData(Object.assign(new Error('EMFILE'), { code: 'EMFILE' }))).toBe(false);
	});

	it('is true for values, and for the memory of the statement only', () => {
		expect([6, 41, 49, 69, 131, 153, 395, 407, 1_001].map((code) => mayBeOfData(refused(code)))).not.toContain(false);
		expect(mayBeOfData(refused(241, 'Query memory limit exceeded: would use 2 GiB'))).toBe(true);
		expect(mayBeOfData(refused(241, '(total) memory limit exceeded: would use 4 GiB'))).toBe(false);
		expect(mayBeOfData(refused(241, 'User memory limit exceeded: would use 4 GiB'))).toBe(false);
		expect([153, 395].map((code) => isMemoryOfStatement(refused(code)))).toEqual([false, false]);
	});
});
