import { existsSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { type Option, options, type Settings } from '../../settings/options.js';
import type { Origin } from '../../settings/read-settings.js';
import { readText } from '../../settings/read-text.js';
import type { Container, SettingsFacts } from './judge-surroundings.js';
import { isOnFileSystemOf } from './look-at-disk.js';

/** Signs of containers of Docker, of Podman, and of an orchestrator. */
const containerSigns = ['/.dockerenv', '/run/.containerenv', '/var/run/secrets/kubernetes.io'];

/** Looks for a container around this process. */
export function lookForContainer(data: string): Container {
	const sign = containerSigns.find((path) => existsSync(path));
	return { sign, isDataInside: sign !== undefined && isOnFileSystemOf(data, '/') };
}

/** Memory that this process may use, bytes, and whether a limit sets it. */
export function memoryLimit(): { totalBytes: number; isLimited: boolean } {
	const machineBytes = totalmem();
	// Without a limit, this is 0, or a number larger than any memory.
	const limitBytes = process.constrainedMemory() || Number.POSITIVE_INFINITY;
	return { totalBytes: Math.min(limitBytes, machineBytes), isLimited: limitBytes < machineBytes };
}

type Looked = Settings<'config' | 'countryDatabase' | 'project'>;

/** Collects what is wrong with the settings. */
export function lookAtSettings(
	{ config: file, countryDatabase, project }: Looked,
	origins: Readonly<Record<string, Origin>>,
	faults: readonly string[],
): SettingsFacts {
	const named = [
		{ flag: '--country-database', path: countryDatabase },
		{ flag: '--project', path: project },
	];
	return {
		faults,
		file,
		isSecretReadable: file !== undefined && hasSecret(origins, file) && isReadableByOthers(file),
		missing: named.flatMap(({ flag, path }) => (path === undefined || existsSync(path) ? [] : [{ flag, path }])),
	};
}

/** Whether a setting with a secret comes from the file. URLs and sites have secrets only if they have these words. */
function hasSecret(origins: Readonly<Record<string, Origin>>, file: string): boolean {
	const secrets = Object.entries<Option>(options)
		.filter(([name, { secret }]) => secret !== undefined && origins[name] === 'file')
		.map(([, { secret }]) => secret);
	const read = readText(file);
	const text = read.kind === 'text' ? read.text : '';
	return secrets.some(
		(secret) => secret === 'all' || (secret === 'password' ? /:\/\/[^\s"/]*:[^\s"/]*@/ : /"keys"/).test(text),
	);
}

const isReadableByOthers = (file: string) => (statSync(file).mode & 0o004) !== 0;
