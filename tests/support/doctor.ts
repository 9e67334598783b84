import type { Finding } from '../../packages/footfall/src/run/doctor/finding.js';
import { FootfallProcess } from './footfall-process.js';

/** The answer of `footfall doctor --json`. */
interface DoctorAnswer {
	version: string;
	node: string;
	ok: boolean;
	findings: Finding[];
}

/**
 * Runs `footfall doctor --json`.
 *
 * @param program the command without its arguments @default that of the repository, in the Node of the tests
 */
export async function doctor(
	args: readonly string[],
	{
		cwd,
		environment = {},
		program,
	}: { cwd: string; environment?: Record<string, string>; program?: readonly string[] },
): Promise<{ code: number | string; found: DoctorAnswer }> {
	const run = new FootfallProcess(['doctor', '--json', ...args], environment, cwd, program);
	const code = await run.exit();
	if (!run.stdout.startsWith('{')) throw new Error(`exit code ${code}: ${run.stdout}${run.stderr}`);
	return { code, found: JSON.parse(run.stdout) };
}

/** The faults, one line each. */
export const faultsOf = ({ findings }: DoctorAnswer) => linesOf(findings, 'fault');
/** The warnings, one line each. */
export const warningsOf = ({ findings }: DoctorAnswer) => linesOf(findings, 'warning');

const linesOf = (findings: readonly Finding[], wanted: Finding['state']) =>
	findings
		.filter(({ state }) => state === wanted)
		.map(({ subject, text, remedy }) => `${subject}: ${text}: ${remedy ?? ''}`);
