/** `fault`: `footfall up` would not start, or would lose data. `warning`: it starts, with a disadvantage. */
export type FindingState = 'ok' | 'warning' | 'fault';

/** The state of one part of the machine. */
export interface Finding {
	/** The part, one or two words. */
	subject: string;
	state: FindingState;
	/** The state in words; a part of a sentence. */
	text: string;
	/** The remedy; absent if the part is in order. */
	remedy?: string;
}

export const ok = (subject: string, text: string): Finding => ({ subject, state: 'ok', text });
export const warning = (subject: string, text: string, remedy: string): Finding => ({
	...{ subject, state: 'warning', text, remedy },
});
export const fault = (subject: string, text: string, remedy: string): Finding => ({
	...{ subject, state: 'fault', text, remedy },
});

const stateWidth = 'warning'.length + 2;

/** Formats findings as lines, and a last line with the result. Pure. */
export function findingLines(findings: readonly Finding[]): string[] {
	const subjectWidth = Math.max(...findings.map(({ subject }) => subject.length)) + 2;
	const lines = findings.map(({ state, subject, text, remedy }) => {
		const end = remedy === undefined ? '' : `: ${remedy}`;
		return `${state.padEnd(stateWidth)}${subject.padEnd(subjectWidth)}${text}${end}`;
	});
	return [...lines, '', resultLine(findings)];
}

function resultLine(findings: readonly Finding[]): string {
	const [faults, warnings] = [countOf(findings, 'fault'), countOf(findings, 'warning')];
	const counted = [faults === 0 ? '' : numbered(faults, 'fault'), warnings === 0 ? '' : numbered(warnings, 'warning')];
	const found = counted.filter((words) => words !== '').join(' and ');
	if (faults > 0) return `${found}: footfall up would not work on this machine as it is.`;
	return `${found === '' ? 'Everything is in order' : found}: footfall up works on this machine.`;
}

const numbered = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Number of findings in a state. Pure. */
export const countOf = (findings: readonly Finding[], state: FindingState) =>
	findings.filter((finding) => finding.state === state).length;

const units = [
	[2 ** 40, 'TiB'],
	[2 ** 30, 'GiB'],
	[2 ** 20, 'MiB'],
] as const;

/** A size to read, with at most one decimal: `23.5 GiB`. Pure. */
export function size(bytes: number): string {
	const [unitBytes, unit] = units.find(([each]) => bytes >= each) ?? [2 ** 10, 'KiB'];
	return `${Number((bytes / unitBytes).toFixed(1))} ${unit}`;
}
