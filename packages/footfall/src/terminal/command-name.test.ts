import { expect, it } from 'vitest';
import { commandNameOf } from './command-name.js';

const pnpm = { npm_config_user_agent: 'pnpm/10.34.9 npm/? node/v24.1.0' };

it.each([
	['npx runs the published package', '@footfall/cli', { npm_command: 'exec' }, 'npx -y @footfall/cli'],
	['it is installed', '@footfall/cli', {}, 'footfall'],
	['pnpm runs the script of a clone', 'footfall', { ...pnpm, npm_lifecycle_event: 'demo' }, 'npx -y pnpm@10 footfall'],
	['another script runs it', 'footfall', { ...pnpm, npm_lifecycle_event: 'test' }, 'footfall'],
	['npx runs another program, which runs it', 'footfall', { npm_command: 'exec' }, 'footfall'],
	['an image runs it', 'footfall', {}, 'footfall'],
])('the name of the command, when %s', (_, packageName, environment, name) => {
	expect(commandNameOf(packageName, environment)).toBe(name);
});
