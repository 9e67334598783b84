import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

it.runIf(process.platform === 'linux')('more shoppers than open files are refused with the remedy', () => {
	const words = [process.execPath, main, 'simulate', 'live', '--shoppers', '800', '--addr', 'http://127.0.0.1:9'];
	const ended = spawnSync('bash', ['-c', 'ulimit -n 200 && exec "$0" "$@"', ...words], { encoding: 'utf8' });
	expect(ended.stderr).toMatch(/800 shoppers need 864 open files.*ulimit -n.*or give fewer --shoppers/);
	expect(ended.status).toBe(1);
});
