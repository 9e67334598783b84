import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@footfall/host';
import { eventually } from './footfall-process.js';
import { selfSignedCertificate } from './tls-proxy.js';

/** The proxies of the page, each with its Debian package. */
export const proxyPackages = { nginx: 'nginx-light', haproxy: 'haproxy', caddy: 'caddy' } as const;
export type ProxyName = keyof typeof proxyPackages;

const versionFlags: Record<ProxyName, string> = { nginx: '-v', haproxy: '-v', caddy: 'version' };

/** Whether a proxy is installed; otherwise the reason for skipping its tests is printed. */
export function isProxyInstalled(name: ProxyName): boolean {
	const isInstalled = spawnSync(name, [versionFlags[name]]).status === 0;
	if (!isInstalled)
		console.warn(`Skipped: ${name} is not installed (on Debian: apt-get install ${proxyPackages[name]}).`);
	return isInstalled;
}

const files: Record<ProxyName, string> = { nginx: 'nginx.conf', haproxy: 'haproxy.cfg', caddy: 'Caddyfile' };
const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

/** The configuration of a proxy: its file, and all blocks of its language in the page about proxies. */
function configurationOf(name: ProxyName): string {
	const blocks = read('docs/how-to/behind-a-proxy.md').matchAll(new RegExp(`\`\`\`${name}\\n(.*?)\`\`\``, 'gs'));
	return [read(`deploy/proxies/${files[name]}`), ...[...blocks].map(([, block]) => block)].join('\n');
}

/** An address of this machine that is not loopback, if it has one. Clients on it have limits. */
export const outerAddress = Object.values(networkInterfaces())
	.flatMap((addresses) => addresses ?? [])
	.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** A running proxy. */
export interface RealProxy {
	/** Port on which the proxy listens, on all addresses. */
	port: number;
	/** Directory with its files. */
	directory: string;
	stop(): Promise<void>;
}

/**
 * Starts a proxy with its configuration, of which only ports, paths and the addresses of Caddy differ.
 *
 * @param dashboardUrl address of a dashboard @default that of the collector, where none is asked
 */
export async function startRealProxy(
	name: ProxyName,
	{ publicUrl, adminUrl }: { publicUrl: string; adminUrl: string },
	dashboardUrl = publicUrl,
): Promise<RealProxy> {
	const directory = mkdtempSync(join(tmpdir(), `footfall-${name}-`));
	const { key, cert } = selfSignedCertificate();
	mkdirSync(join(directory, 'footfall'));
	for (const host of ['track.shop.example', 'stats.shop.example']) {
		writeFileSync(join(directory, `${host}.crt`), cert);
		writeFileSync(join(directory, `${host}.key`), key);
		writeFileSync(join(directory, 'footfall', `${host}.pem`), cert + key);
	}
	const port = await freePort({ host: '0.0.0.0', port: 0 }, '--port');
	const block = configurationOf(name)
		.replaceAll('127.0.0.1:7070', `127.0.0.1:${new URL(publicUrl).port}`)
		.replaceAll('127.0.0.1:7073', `127.0.0.1:${new URL(dashboardUrl).port}`)
		.replaceAll('check port 7071', `check port ${new URL(adminUrl).port}`)
		.replaceAll('/etc/ssl', directory)
		.replaceAll(/\b443\b/g, String(port));
	const child = starters[name](directory, block, port);
	const output: string[] = [];
	child.stderr?.on('data', (chunk) => output.push(String(chunk)));
	const ended = once(child, 'exit');
	await eventually(async () => {
		if (child.exitCode !== null) throw new Error(`${name} ended: ${output.join('')}`);
		return (await isListening(port)) ? true : undefined;
	});
	return {
		port,
		directory,
		async stop() {
			child.kill('SIGTERM');
			await ended;
			rmSync(directory, { recursive: true, force: true });
		},
	};
}

type Starter = (directory: string, block: string, port: number) => ChildProcess;

const starters: Record<ProxyName, Starter> = {
	nginx(directory, block) {
		const user = process.getuid?.() === 0 ? 'user root;' : '';
		const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
		const temporary = paths.map((path) => `${path}_temp_path ${directory}/${path};`).join(' ');
		const config = `${user} daemon off; worker_processes 1; pid ${directory}/pid; error_log stderr;
			events {} http { access_log off; ${temporary}
			${block} }`;
		return run(directory, 'nginx', config, (file) => ['-e', 'stderr', '-p', directory, '-c', file]);
	},
	haproxy(directory, block) {
		const config = `global
	stats socket ${directory}/stats.sock
defaults
	default-server inter 100ms fall 1 rise 1
${block}`;
		return run(directory, 'haproxy', config, (file) => ['-db', '-f', file]);
	},
	caddy(directory, block, port) {
		const hosts = ['track.shop.example', '127.0.0.1', ...(outerAddress === undefined ? [] : [outerAddress])];
		const addresses = (names: string[]) => names.map((host) => `https://${host}:${port}`).join(', ');
		// Caddy would ask an authority for a certificate, and open port 80 for its answer.
		const local = 'admin off\nlocal_certs\nskip_install_trust\nauto_https disable_redirects';
		const config = `{\n${local}\n}\n${block
			.replace(/^track\.shop\.example/m, addresses(hosts))
			.replace(/^stats\.shop\.example/m, addresses(['stats.shop.example']))}`;
		return run(directory, 'caddy', config, (file) => ['run', '--adapter', 'caddyfile', '--config', file]);
	},
};

function run(directory: string, program: string, config: string, argumentsFor: (file: string) => string[]) {
	const file = join(directory, 'config');
	writeFileSync(file, config);
	const home = join(directory, 'home');
	mkdirSync(home);
	const env = { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
	return spawn(program, argumentsFor(file), { stdio: ['ignore', 'ignore', 'pipe'], env, cwd: directory });
}

function isListening(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket
			.once('error', () => resolve(false))
			.once('connect', () => {
				socket.destroy();
				resolve(true);
			});
	});
}
