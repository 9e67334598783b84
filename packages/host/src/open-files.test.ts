import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { softLimit } from './open-files.js';

it('the limit of open files is that of the system', () => {
	expect(softLimit('Limit  Soft Limit\nMax open files            1024                 4096    files     \n')).toBe(
		1_024,
	);
	expect(softLimit('Max open files            unlimited            unlimited            files     \n')).toBe(undefined);
	expect(softLimit('')).toBe(undefined);
});

it.runIf(process.platform === 'linux')('a process reads its own limit', () => {
	const built = new URL('../dist/open-files.js', import.meta.url).href;
	const program = `console.log((await import(${JSON.stringify(built)})).openFilesMax());`;
	const command = `ulimit -n 400 && exec "$0" --input-type=module --eval "$1"`;
	expect(execFileSync('bash', ['-c', command, process.execPath, program], { encoding: 'utf8' })).toBe('400\n');
});
