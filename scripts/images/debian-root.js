// Minimal Debian systems with a Node.js, in folders: bases of images, and machines with nothing else for tests.
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mirror = 'http://deb.debian.org';
/** Environment of Debian's tools, which would otherwise ask, or complain about languages that are not there. */
const unattended = { PATH: process.env.PATH, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C', HOME: '/root' };
/** Folders that a container does not need; Debian's own small images leave them out, too. */
const left = [
	'usr/share/doc',
	'usr/share/info',
	'usr/share/locale',
	'usr/share/man',
	'var/cache/apt',
	'var/lib/apt/lists',
];

/**
 * Makes a root of Debian's smallest set of packages, with the updates of its security team. Needs root's rights.
 *
 * @param suite name of the version, such as `trixie`
 * @param folder is created
 * @throws Error with the output of debootstrap or apt
 */
export function makeDebianRoot(suite, folder) {
	run('debootstrap', ['--variant=minbase', suite, folder, `${mirror}/debian`]);
	const sources = [`debian ${suite} main`, `debian ${suite}-updates main`, `debian-security ${suite}-security main`];
	writeFileSync(join(folder, 'etc/apt/sources.list'), sources.map((source) => `deb ${mirror}/${source}\n`).join(''));
	for (const name of ['resolv.conf', 'hosts']) copyFileSync(join('/etc', name), join(folder, 'etc', name));
	run('chroot', [folder, 'apt-get', 'update']);
	run('chroot', [folder, 'apt-get', 'upgrade', '--yes']);
	for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
	mkdirSync(join(folder, 'var/cache/apt/archives/partial'), { recursive: true });
	appendFileSync(join(folder, 'etc/passwd'), 'node:x:1000:1000::/home/node:/bin/bash\n');
	appendFileSync(join(folder, 'etc/group'), 'node:x:1000:\n');
	mkdirSync(join(folder, 'home/node'));
	run('chown', ['1000:1000', join(folder, 'home/node')]);
}

/** Runs a command. @throws Error with its output when it fails */
function run(command, args) {
	try {
		execFileSync(command, args, { env: unattended, stdio: 'pipe', encoding: 'utf8' });
	} catch (error) {
		throw new Error(`${command} ${args.join(' ')} failed: ${error.stderr ?? error.message}${error.stdout ?? ''}`);
	}
}

/** Major version of npm that comes with each major version of Node.js. */
const npmOf = { 20: '10', 22: '10', 24: '11' };

/**
 * Adds a Node.js with its npm to a root, below /usr/local, both out of the npm registry.
 *
 * @param version of Node.js, whole or major only
 */
export function addNode(folder, version) {
	const prefix = join(folder, 'usr/local');
	const npm = npmOf[version.split('.')[0]];
	if (npm === undefined) throw new Error(`The version of npm for Node.js ${version} is not known.`);
	const scratch = mkdtempSync(join(tmpdir(), 'footfall-node-'));
	const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
	try {
		const name = `node-${process.platform}-${process.arch}`;
		execFileSync('npm', ['install', ...quiet, '--prefix', scratch, `${name}@${version}`], { stdio: 'pipe' });
		copyFileSync(join(scratch, 'node_modules', name, 'bin/node'), join(prefix, 'bin/node'));
		execFileSync('npm', ['install', ...quiet, '--global', '--prefix', prefix, `npm@${npm}`], { stdio: 'pipe' });
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** Whether a folder is mounted on, or below it: such a folder must not be removed. */
export function isMounted(folder) {
	return readFileSync('/proc/self/mounts', 'utf8')
		.split('\n')
		.some((line) => `${line.split(' ')[1]}/`.startsWith(`${folder}/`));
}
