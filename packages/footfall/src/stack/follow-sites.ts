import { statSync } from 'node:fs';
import type { Settings } from '../settings/options.js';
import { type Origin, readSettings } from '../settings/read-settings.js';
import { readText } from '../settings/read-text.js';
import { readSettingsFile } from '../settings/settings-file.js';
import type { SiteSetting } from '../settings/values/site-list.js';
import type { Logger } from './logger.js';

/**
 * Interval at which the file is looked at, ms. A file that has changed is read at the second look that finds it the
 * same, since some editors write a file in several steps.
 */
const lookMs = 1_000;

/** The settings file whose sites the collector follows; undefined if the sites are not taken from a file. Pure. */
export function sitesFileOf(
	{ config }: Pick<Settings<'config'>, 'config'>,
	{ sites }: Readonly<Record<'sites', Origin>>,
): string | undefined {
	return sites === 'file' || sites === 'default' ? config : undefined;
}

/** The sites of a settings file, or the faults of the file, one line each. */
export function sitesIn(path: string): { ok: true; sites: readonly SiteSetting[] } | { ok: false; faults: string[] } {
	const file = readSettingsFile({ path, source: '--config' }, readText);
	const result = readSettings(['sites'], { flags: {}, environment: {}, file });
	const faults = [...file.faults, ...(result.ok ? [] : result.faults)];
	return result.ok && faults.length === 0 ? { ok: true, sites: result.settings.sites } : { ok: false, faults };
}

/**
 * Reads the sites of a settings file again whenever the file has changed, so that a write key can be replaced while the
 * collector runs. A file with a fault is reported, and the earlier sites stay in force. The file is looked at by name,
 * since a mounted secret is replaced by a link to another file.
 *
 * @param apply puts sites in force
 */
export function followSites(
	path: string,
	sites: readonly SiteSetting[],
	apply: (sites: readonly SiteSetting[]) => Promise<void>,
	log: Pick<Logger, 'info' | 'error'>,
): { stop(): void } {
	let inForce = JSON.stringify(sites);
	// The file may have changed since the start read it, so that the first look reads it again.
	let [seen, read] = ['', ''];
	const look = async () => {
		const state = stateOf(path);
		const isSettled = state === seen;
		seen = state;
		if (!isSettled || state === read) return;
		read = state;
		const found = sitesIn(path);
		if (!found.ok) {
			log.error({ faults: found.faults }, `${path} has faults; the collector keeps the sites that it has`);
			return;
		}
		const text = JSON.stringify(found.sites);
		if (text === inForce) return;
		try {
			await apply(found.sites);
			inForce = text;
			log.info({ sites: found.sites.map(({ key }) => key) }, `the sites of ${path} have changed and hold from now on`);
		} catch (error) {
			const fault = error instanceof Error ? error.message : String(error);
			log.error({ faults: [fault] }, `${path} has faults; the collector keeps the sites that it has`);
		}
	};
	const timer = setInterval(() => void look(), lookMs);
	timer.unref();
	return { stop: () => clearInterval(timer) };
}

/**
 * A text that differs when the content of a file may differ; empty for a file that cannot be found, and for a pipe of
 * the shell, which the start has read to its end.
 */
function stateOf(path: string): string {
	try {
		const found = statSync(path);
		return found.isFIFO() ? '' : [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
	} catch {
		return '';
	}
}
