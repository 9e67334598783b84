import { readFileSync } from 'node:fs';

/** The path is the same from `src` and from `dist`. */
const manifestFile = new URL('../../package.json', import.meta.url);

/** How the reader of an output starts the command: `npx -y @footfall/cli`, or `footfall` where it is installed. */
export function commandName(): string {
	return commandNameOf(JSON.parse(readFileSync(manifestFile, 'utf8')).name, process.env);
}

/**
 * @param packageName name of the package of this command: the published one has a scope, that of a clone has none
 * @param environment variables, of which npm and pnpm set those that say what they run. Pure.
 */
export function commandNameOf(
	packageName: string,
	{
		npm_command: npmCommand,
		npm_lifecycle_event: script,
		npm_config_user_agent: manager = '',
	}: Readonly<Record<string, string | undefined>>,
): string {
	const isPublished = packageName.startsWith('@');
	if (isPublished) return npmCommand === 'exec' ? `npx -y ${packageName}` : 'footfall';
	// npx sets variables of the same names for every program below it, such as a test runner.
	const isScript = manager.startsWith('pnpm/') && (script === 'footfall' || script === 'demo');
	return isScript ? 'npx -y pnpm@10 footfall' : 'footfall';
}
