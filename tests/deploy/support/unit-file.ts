import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the units. */
export const unitFolder = fileURLToPath(new URL('../../../deploy/systemd/', import.meta.url));

/** Program of every `ExecStart`, as an installation by npm has it. */
export const installedCommand = '/opt/footfall/bin/footfall';

/** The values of each setting of a unit, in their order, by `Section.Key`. */
export type Unit = ReadonlyMap<string, readonly string[]>;

/**
 * Reads a unit as systemd does: its file, then its drop-ins, among them those of its prefix. An empty value removes the
 * earlier ones.
 *
 * @param name such as `footfall-up.service`
 */
export function readUnit(name: string, folder = unitFolder): Unit {
	const prefix = name.slice(0, name.indexOf('-') + 1);
	const dropIns = [`${prefix}.service.d`, `${name}.d`].map((each) => join(folder, each)).filter(existsSync);
	const files = [
		join(folder, name),
		...dropIns.flatMap((path) =>
			readdirSync(path)
				.sort()
				.map((file) => join(path, file)),
		),
	];
	const settings = new Map<string, string[]>();
	for (const file of files) {
		let section = '';
		for (const line of readFileSync(file, 'utf8').split('\n')) {
			if (/^\s*([#;].*)?$/.test(line)) continue;
			const [, heading] = /^\[(\w+)\]$/.exec(line) ?? [];
			const [, key, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
			if (heading !== undefined) section = heading;
			else if (key === undefined) throw new Error(`${file}: neither a section nor a setting: ${line}`);
			else if (value === '') settings.set(`${section}.${key}`, []);
			else settings.set(`${section}.${key}`, [...(settings.get(`${section}.${key}`) ?? []), value]);
		}
	}
	return settings;
}

/** The last value of a setting, which counts. */
export const lastValue = (unit: Unit, key: string): string | undefined => unit.get(key)?.at(-1);

/** The directories that systemd puts for the specifiers of the units. */
export interface UnitDirectories {
	/** `%d`: copies of the files of `LoadCredential=`. */
	credentials: string;
	/** `%S`: `/var/lib`. */
	state: string;
}

/** The environment of a service, without what systemd adds itself. */
export function environmentOf(unit: Unit, { credentials, state }: UnitDirectories): Record<string, string> {
	return Object.fromEntries(
		(unit.get('Service.Environment') ?? []).map((assignment) => {
			const [name = '', ...value] = assignment.split('=');
			return [name, value.join('=').replaceAll('%d', credentials).replaceAll('%S', state)];
		}),
	);
}

/** The arguments of the command in `ExecStart`. */
export function argumentsOf(unit: Unit): string[] {
	const [program, ...words] = (lastValue(unit, 'Service.ExecStart') ?? '').split(' ');
	if (program !== installedCommand) throw new Error(`ExecStart does not start with ${installedCommand}: ${program}`);
	return words;
}

/** A time span of a unit, such as `10min` or `15s`, in ms. */
export function spanMs(text: string | undefined): number {
	const [, number, unit] = /^(\d+)(s|min)$/.exec(text ?? '') ?? [];
	if (number === undefined) throw new Error(`not a time span with a unit: ${text}`);
	return Number(number) * (unit === 'min' ? 60_000 : 1_000);
}

/** Names of the services, without `.service`. */
export const services = readdirSync(unitFolder)
	.filter((name) => name.endsWith('.service'))
	.map((name) => name.replace('.service', ''));
