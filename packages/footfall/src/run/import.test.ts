import { LockedError } from '@footfall/transforms';
import { ImportRefusal } from '@footfall/warehouse';
import { expect, it } from 'vitest';
import { exitCodes } from '../terminal/exit-code.js';
import { codeOf } from './import.js';

it('distinguishes a refused file from a run of the transforms that does not end by the exit code', () => {
	expect(codeOf(new ImportRefusal('empty'))).toBe(exitCodes.refused);
	expect(codeOf(new LockedError('process 1'))).toBe(exitCodes.locked);
	expect(codeOf(new Error('no connection'))).toBeUndefined();
});
