import { type Finding, fault, ok, warning } from './finding.js';

/** Result of the process that has tried a native part. */
export type ProbeResult =
	/** The part works; `text` describes it. */
	| { kind: 'works'; text: string }
	/** It works with a disadvantage. */
	| { kind: 'limited'; text: string; remedy: string }
	| { kind: 'fails'; why: string };

/** A native part that is loaded, or asked of the kernel, in a process of its own. */
export const nativeParts = ['kernel', 'engine', 'clickhouse', 'landlock', 'zstd'] as const;
export type NativePart = (typeof nativeParts)[number];

const subjects: Record<NativePart, string> = {
	kernel: 'file locks',
	engine: 'HTTP engine',
	clickhouse: 'ClickHouse engine',
	landlock: 'confinement',
	zstd: 'Zstandard',
};

const reinstall = 'install Footfall again on this machine, with optional dependencies';
const remedies: Record<NativePart, string> = {
	kernel: `footfall needs ffi-rs to lock its directories; ${reinstall}`,
	engine: 'use --http-engine auto or node',
	clickhouse: `${reinstall}, or set CLICKHOUSE_URL to a ClickHouse server`,
	landlock: 'the embedded ClickHouse runs without it; its accounts and settings still restrict it',
	zstd: `only footfall simulate history needs it; ${reinstall}`,
};
/** Parts without which Footfall starts all the same. */
const isDispensable = (part: NativePart) => part === 'landlock' || part === 'zstd';

/** Judges a native part by what its process has found. Pure. */
export function judgeNative(part: NativePart, result: ProbeResult): Finding {
	const subject = subjects[part];
	if (result.kind === 'works') return ok(subject, result.text);
	if (result.kind === 'limited') return warning(subject, result.text, result.remedy);
	return (isDispensable(part) ? warning : fault)(subject, result.why, remedies[part]);
}
