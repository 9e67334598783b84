import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { testEngine } from './engines.js';

/** A collector in a separate process, run from the built files. */
export interface CollectorProcess {
	publicUrl: string;
	adminUrl: string;
	pid: number;
	/** Resolves when the process reports that its WAL is drained. */
	drain(): Promise<void>;
	/** Ends the process and resolves with its exit code, or the name of the signal. */
	kill(signal: NodeJS.Signals): Promise<number | string>;
}

const built = (path: string) => new URL(`../../dist/${path}`, import.meta.url).href;

const program = `
const { startCollector } = await import(${JSON.stringify(built('index.js'))});
const { connect } = await import(${JSON.stringify(new URL('../../../warehouse/dist/index.js', import.meta.url).href)});
const { forgetfulFileSystem } = await import(${JSON.stringify(built('testing/disk/forgetful-file-system.js'))});
const { address, options, disk } = JSON.parse(process.argv[1]);
if (disk !== 'real') options.fileSystem = forgetfulFileSystem();
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
const logger = { info() {}, warn() {}, error() {} };
const warehouse = connect(address);
const collector = await startCollector({
	port: 0, adminPort: 0, sites: [{ key: 'shop', origins: 'any' }], trackerScript: new Uint8Array(),
	visitorSecret: 'the secret of the tests',
	logger, warehouse, ...options,
});
process.on('SIGTERM', async () => { await collector.stop(); process.exit(0); });
// The parent has ended without a signal: no other process would end this one.
process.stdin.on('end', () => process.exit(1));
process.stdin.on('data', async () => { await collector.drained(); say('drained'); });
say({ publicUrl: collector.publicUrl, adminUrl: collector.adminUrl });
`;

/**
 * Effect of a kill on the WAL: `real` keeps all writes; `volatile` keeps only writes followed by an fsync, as after a
 * power cut.
 */
export type Disk = 'real' | 'volatile';

/**
 * Starts a collector process.
 *
 * @param options options of `startCollector`, as far as JSON can represent them
 * @param process.openFilesMax limit of open files of the process. @default that of this process
 */
export async function startCollectorProcess(
	address: object,
	options: object,
	{ disk = 'real', openFilesMax }: { disk?: Disk; openFilesMax?: number } = {},
): Promise<CollectorProcess> {
	const argument = JSON.stringify({ address, options: { httpEngine: testEngine.name, ...options }, disk });
	const limit = openFilesMax === undefined ? '' : `ulimit -n ${openFilesMax} && `;
	const words = [process.execPath, '--input-type=module', '--eval', program, argument];
	const child = spawn('bash', ['-c', `${limit}exec "$0" "$@"`, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	const next = async () => {
		const { value, done } = await lines.next();
		if (done) throw new Error('the collector process ended');
		return JSON.parse(value) as { publicUrl: string; adminUrl: string };
	};
	const exited = new Promise<number | string>((resolve) => {
		child.once('exit', (code, signal) => resolve(code ?? signal ?? ''));
	});
	const { publicUrl, adminUrl } = await next();
	return {
		publicUrl,
		adminUrl,
		pid: pidOf(child),
		async drain() {
			child.stdin.write('drain\n');
			await next();
		},
		kill(signal) {
			child.kill(signal);
			return exited;
		},
	};
}

function pidOf(child: ChildProcess): number {
	if (child.pid === undefined) throw new Error('the collector process did not start');
	return child.pid;
}
