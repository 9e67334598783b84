import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedCommand, unitFolder } from './unit-file.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
/** File system in memory, where files of the container are written. */
const memoryFiles = '/dev/shm';
/** Folder of the container in which its script and its output are. */
const shared = '/shared';
/** Descriptors of the container, at least as many as the units ask for. */
const descriptors = 262_144;
/** Debian's systemd-nspawn of 2022 lets no container use Landlock, which its systemd does. */
const landlock = 'landlock_create_ruleset landlock_add_rule landlock_restrict_self';

/** Why no container can be started here; undefined if it can. */
export function containerFault(): string | undefined {
	if (process.getuid?.() !== 0) return 'only root can start a container';
	if (!existsSync(memoryFiles)) return `there is no ${memoryFiles}`;
	if (spawnSync('systemd-nspawn', ['--version']).status !== 0)
		return 'systemd-nspawn is not installed (on Debian: apt-get install systemd-container)';
	const probe = mkdtempSync(join(memoryFiles, 'footfall-probe-'));
	try {
		return withOverlay(probe, () => undefined) === 'refused' ? 'this system mounts no overlay' : undefined;
	} finally {
		rmSync(probe, { recursive: true, force: true });
	}
}

/** The files of a started container, for reading them afterwards. */
interface Container {
	/** Standard output of the script. */
	output: string;
	/** Output of systemd-nspawn and systemd, and the standard error of the script. */
	log: string;
}

/**
 * Boots the real systemd in a container with the root file system of this machine, above which all writes go to
 * memory, with the units installed and `/opt/footfall/bin/footfall` of this repository. Runs a script of Bash there as
 * root. The container has no network but its own loopback.
 *
 * @param files further files, by their path in the container, readable by root only
 * @param timeoutMs time after which the container is killed
 */
export async function runInContainer(
	script: string,
	files: Readonly<Record<string, string>>,
	timeoutMs: number,
): Promise<Container> {
	const folder = mkdtempSync(join(memoryFiles, 'footfall-container-'));
	const out = mkdtempSync(join(tmpdir(), 'footfall-container-'));
	try {
		let log = '';
		const ran = withOverlay(folder, async (root) => {
			install(root, files);
			writeFileSync(join(out, 'script'), script);
			log = await boot(root, out, timeoutMs);
		});
		if (ran === 'refused') throw new Error('the overlay could not be mounted');
		await ran;
		const text = (name: string) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : '');
		return { output: text('output'), log: `${log}${text('errors')}` };
	} finally {
		rmSync(folder, { recursive: true, force: true });
		rmSync(out, { recursive: true, force: true });
	}
}

/** Calls `use` with the root of this machine below an empty layer in `folder`, and removes the layer afterwards. */
function withOverlay<T>(folder: string, use: (root: string) => T): T | 'refused' {
	const at = (name: string) => join(folder, name);
	for (const name of ['upper', 'work', 'root']) mkdirSync(at(name));
	const layers = `lowerdir=/,upperdir=${at('upper')},workdir=${at('work')}`;
	if (spawnSync('mount', ['-t', 'overlay', 'overlay', '-o', layers, at('root')]).status !== 0) return 'refused';
	const unmount = () => spawnSync('umount', [at('root')]);
	let used: T;
	try {
		used = use(at('root'));
	} catch (error) {
		unmount();
		throw error;
	}
	if (!(used instanceof Promise)) unmount();
	return used instanceof Promise ? (used.finally(unmount) as T) : used;
}

/** Services of the machine that would wait for hardware or for a network. */
const unwanted = [
	'console-getty',
	'getty@tty1',
	'ifupdown-wait-online',
	'networking',
	'NetworkManager-wait-online',
	'systemd-networkd-wait-online',
	'systemd-timesyncd',
];

/** Starts the script once systemd is up, and ends the container with it. */
const scriptUnit = `[Unit]
Wants=basic.target
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/bash ${shared}/script
ExecStopPost=/bin/systemctl poweroff --force --force
StandardOutput=file:${shared}/output
StandardError=file:${shared}/errors
TimeoutStartSec=infinity
`;

function install(root: string, files: Readonly<Record<string, string>>): void {
	const write = (path: string, text: string, mode = 0o600) => {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text, { mode });
	};
	rmSync(join(root, 'etc/machine-id'), { force: true });
	cpSync(unitFolder, join(root, 'etc/systemd/system'), { recursive: true });
	for (const name of unwanted) spawnSync('ln', ['-sf', '/dev/null', join(root, `etc/systemd/system/${name}.service`)]);
	write('etc/sysusers.d/footfall.conf', readFileSync(join(unitFolder, 'footfall.sysusers.conf'), 'utf8'), 0o644);
	write('etc/systemd/system/script.service', scriptUnit);
	const main = '/opt/footfall/repository/packages/footfall/dist/main.js';
	write(installedCommand.slice(1), `#!/bin/sh\nexec /opt/footfall/node ${main} "$@"\n`, 0o755);
	for (const [path, text] of Object.entries(files)) write(path, text);
}

/** Boots a root, and returns what was printed when the container has ended. */
async function boot(root: string, out: string, timeoutMs: number): Promise<string> {
	const child = spawn(
		'systemd-nspawn',
		[
			'--boot',
			`--directory=${root}`,
			'--register=no',
			'--keep-unit',
			'--private-network',
			'--console=pipe',
			`--machine=footfall-${process.pid}`,
			`--rlimit=NOFILE=${descriptors}`,
			`--system-call-filter=${landlock}`,
			// A home directory would be hidden from the services.
			`--bind-ro=${repository}:/opt/footfall/repository`,
			`--bind-ro=${process.execPath}:/opt/footfall/node`,
			`--bind=${out}:${shared}`,
			'systemd.unit=script.service',
		],
		{ stdio: ['ignore', 'pipe', 'pipe'] },
	);
	let log = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
	const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
	await once(child, 'close');
	clearTimeout(timer);
	return log;
}
