import { goalsOf, missedGoals } from './goals.js';

const milliseconds = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const mebibytes = (value) => `${value.toFixed(0)} MiB`;
const text = (value) => `${value ?? '–'}`;
const seconds = (value) => (value === null ? 'no' : `${value.toFixed(1)} s`);

const rows = [
	['honest ack, p50', 'ackP50Ms', milliseconds],
	['honest ack, p99', 'ackP99Ms', milliseconds],
	['honest ack, max', 'ackMaxMs', milliseconds],
	['honest beacon, p50', 'beaconP50Ms', milliseconds],
	['honest beacon, p99', 'beaconP99Ms', milliseconds],
	['honest beacon, max', 'beaconMaxMs', milliseconds],
	['retry-later to honest pages', 'retryLater', text],
	['/livez, p99', 'livezP99Ms', milliseconds],
	['/livez, max', 'livezMaxMs', milliseconds],
	['/livez, no answer', 'livezFailed', text],
	['memory of all processes, peak', 'rssMiB', mebibytes],
	['event to mart, p50', 'martP50Ms', milliseconds],
	['event to mart, p99', 'martP99Ms', milliseconds],
	['event to mart, new visitors, p50', 'martRotatingP50Ms', milliseconds],
	['event to mart, new visitors, p99', 'martRotatingP99Ms', milliseconds],
	['events not in the marts in time', 'martMissing', text],
	['acknowledged events not in ClickHouse', 'lost', text],
	['processes ended', 'restarts', text],
	['recovered after', 'recoverySeconds', seconds],
];

const columns = [
	['ack p99', 'ackP99Ms', milliseconds],
	['beacon p99', 'beaconP99Ms', milliseconds],
	['livez max', 'livezMaxMs', milliseconds],
	['memory', 'rssMiB', mebibytes],
	['mart p99', 'martP99Ms', milliseconds],
	['new p99', 'martRotatingP99Ms', milliseconds],
	['not in mart', 'martMissing', text],
	['lost', 'lost', text],
	['ended', 'restarts', text],
	['back after', 'recoverySeconds', seconds],
];

/** All measurements, one per line. */
export function overviewOf({ quiet, attacks }) {
	const line = (name, cells) => name.padEnd(20) + cells.map((cell) => cell.padStart(12)).join('');
	const measurements = Object.entries({ quiet, ...attacks });
	const lines = measurements.map(([name, measured]) => {
		const cells = columns.map(([, key, show]) => show(measured[key]));
		return `${line(name, cells)}${measured.died ? '   died' : ''}`;
	});
	const heads = columns.map(([label]) => label);
	return `\n${[line('', heads), ...lines].join('\n')}`;
}

/** The lines about one attack, or about the quiet period. */
export function tableOf(name, what, measured, quiet) {
	const lines = [`\n${name}: ${what}`];
	const shown = measured === quiet ? [measured] : [quiet, measured];
	const cell = (value) => value.padStart(14);
	if (shown.length > 1) lines.push(`${''.padEnd(40)}${cell('quiet')}${cell('attack')}`);
	for (const [label, key, show] of rows) {
		lines.push(`${label.padEnd(40)}${shown.map((column) => cell(show(column[key]))).join('')}`);
	}
	if (measured === quiet) {
		const missed = missedGoals(quiet, quiet);
		if (missed.length > 0) lines.push(`goals missed without an attack: ${missed.join(', ')}`);
		return lines.join('\n');
	}
	lines.push(
		`attacker: ${Object.entries(measured.attacker)
			.map(([key, count]) => `${key} ${count}`)
			.join(', ')}`,
	);
	if (measured.died) lines.push('died');
	if (measured.isTooLarge) lines.push('ended early: the processes took too much memory');
	for (const [goal, holds] of goalsOf(measured, quiet)) lines.push(`${holds ? 'holds' : 'FAILS'}  ${goal}`);
	return lines.join('\n');
}
