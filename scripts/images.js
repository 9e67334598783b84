// Builds the images of docker/Dockerfile without a Docker engine and without a registry of images, by Debian's buildah
// on a base made by debootstrap. Needs root's rights, and `apt-get install buildah debootstrap`:
//
//   node scripts/images.js [--archives FOLDER] [--storage FOLDER] [--ca FILE]
//
// --archives  writes each image as a file for `docker load` or `podman load`
// --storage   keeps images, layers and caches in a folder of their own, which is not mounted afterwards and can be
//             removed @default those of buildah and podman
// --ca        certificates in PEM that are trusted during the build @default the file of NODE_EXTRA_CA_CERTS
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addNode, isMounted, makeDebianRoot } from './images/debian-root.js';
import { baseOf, mountOf, storageFlags, targets } from './images/names.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
	options: { archives: { type: 'string' }, storage: { type: 'string' }, ca: { type: 'string' } },
});
const storage = values.storage === undefined ? undefined : resolve(values.storage);
const ca = values.ca ?? process.env.NODE_EXTRA_CA_CERTS;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const base = baseOf(readFileSync(join(root, 'docker/Dockerfile'), 'utf8'));

const missing = ['buildah', 'debootstrap'].filter((name) => spawnSync(name, ['--version']).status !== 0);
if (missing.length > 0 || process.getuid?.() !== 0) {
	const reason = missing.length > 0 ? `${missing.join(' and ')} not installed` : 'not run as root';
	process.stderr.write(`The images cannot be built: ${reason}. They need root's rights, buildah and debootstrap.\n`);
	process.exit(1);
}
// buildah keeps caches of RUN in the folder for temporary files.
if (storage !== undefined) mkdirSync(join(storage, 'tmp'), { recursive: true });

// A base is used for a day, so that images have the security updates of Debian.
const today = new Date().toISOString().slice(0, 10);
const builtBase = `localhost/footfall-base:node-${base.node}-${base.suite}-${today}`;
if (buildah(['images', '--quiet', builtBase], { stdio: 'pipe', check: false }).status !== 0) makeBase();
for (const [target, tag] of Object.entries(targets)) {
	const given = { BASE: builtBase, FOOTFALL_VERSION: version, FOOTFALL_COMMIT: commit() };
	const arguments_ = Object.entries(given).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
	const secrets = ca === undefined ? [] : ['--secret', `id=ca,src=${resolve(ca)}`];
	// Docker's format keeps HEALTHCHECK, which that of the OCI lacks.
	const words = ['bud', '--layers', '--isolation', 'chroot', '--pull-never', '--format', 'docker', ...secrets];
	buildah([...words, ...arguments_, '--file', 'docker/Dockerfile', '--target', target, '--tag', tag, '.']);
	if (values.archives !== undefined) archive(target, tag);
}
if (storage !== undefined) unmount(mountOf(storage));

/** Makes the image that the Dockerfile starts from, with the versions that it names. */
function makeBase() {
	const scratch = mkdtempSync(join(tmpdir(), 'footfall-base-'));
	try {
		makeDebianRoot(base.suite, join(scratch, 'root'));
		addNode(join(scratch, 'root'), base.node);
		run('tar', [
			'-C',
			join(scratch, 'root'),
			'--exclude=./dev',
			'--exclude=./proc',
			'--exclude=./sys',
			'-cf',
			join(scratch, 'root.tar'),
			'.',
		]);
		const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
		writeFileSync(join(scratch, 'Dockerfile'), `FROM scratch\nADD root.tar /\nENV PATH=${path}\n`);
		buildah(['bud', '--format', 'docker', '--isolation', 'chroot', '--tag', builtBase, scratch]);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

/** Unmounts a folder. It stays mounted while a container runs in it: its user unmounts it then. */
function unmount(folder) {
	if (!isMounted(folder) || spawnSync('umount', [folder]).status === 0) return;
	process.stderr.write(`${folder} is in use; before you remove it, end its containers, and run umount ${folder}\n`);
}

/** The commit of the working tree, with `-dirty` if files have changed since; empty outside of a repository. */
function commit() {
	const words = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
	return spawnSync('git', words, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? '';
}

function archive(target, tag) {
	mkdirSync(values.archives, { recursive: true });
	const file = resolve(values.archives, `footfall-${target}-${version}.tar`);
	rmSync(file, { force: true });
	buildah(['push', tag, `docker-archive:${file}:docker.io/library/${tag}`]);
}

function buildah(args, options) {
	const environment = storage === undefined ? {} : { TMPDIR: join(storage, 'tmp') };
	return run('buildah', [...storageFlags(storage), ...args], { env: { ...process.env, ...environment }, ...options });
}

/** Runs a command. This process exits with its code when it fails. */
function run(command, args, { check = true, ...options } = {}) {
	const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
	if (check && result.status !== 0) process.exit(result.status ?? 1);
	return result;
}
