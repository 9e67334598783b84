import { StartRefusal } from '@footfall/host';

export { serverMemoryMax } from './embedded/server-memory.js';

/** The properties of the system that decide whether native code runs on it. */
export interface Platform {
	/** As `process.platform`. */
	os: string;
	/** As `process.arch`. */
	cpu: string;
	/** On Linux: whether the C library is glibc. */
	glibc: boolean;
}

const supported = new Set(['linux/x64', 'linux/arm64', 'darwin/x64', 'darwin/arm64']);

/** The reason why the embedded ClickHouse cannot run on a platform, with a remedy; undefined if it can. Pure. */
export function platformFault({ os, cpu, glibc }: Platform): string | undefined {
	const wayOut =
		'use WSL2 (on Windows) or a glibc-based Docker image such as node:24-slim, or set CLICKHOUSE_URL to a ClickHouse server';
	if (!supported.has(`${os}/${cpu}`)) return `the embedded ClickHouse does not run on ${os}/${cpu}; ${wayOut}`;
	if (os === 'linux' && !glibc) return `the embedded ClickHouse needs glibc and this Linux has musl; ${wayOut}`;
	return undefined;
}

/** The platform of this process. */
export function currentPlatform(): Platform {
	return { os: process.platform, cpu: process.arch, glibc: glibcVersion() !== undefined };
}

/** @throws StartRefusal when the embedded server cannot run on this platform */
export function checkPlatform(): void {
	const fault = platformFault(currentPlatform());
	if (fault) throw new StartRefusal(fault);
}

/** The version of glibc that this process has loaded, such as `2.36`; undefined on a system without it. */
export function glibcVersion(): string | undefined {
	// Without this, the report looks up the host name of every connected address.
	Object.assign(process.report, { excludeNetwork: true });
	const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
	return report.header.glibcVersionRuntime;
}
