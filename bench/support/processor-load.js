// Keeps one processor busy until its input ends, as other programs on the machine do.
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** @type {{ niceness: number }} priority of the program that it competes with */
const { niceness } = JSON.parse(process.argv[2]);
setPriority(niceness);
try {
	// The kernel weighs sessions before processes.
	writeFileSync('/proc/self/autogroup', String(niceness));
} catch {
	// The kernel does not group processes by sessions.
}
process.stdin.resume().on('end', () => {
	process.stdout.write('{}\n');
	process.exit(0);
});
const turn = () => {
	const endAtMs = performance.now() + 50;
	while (performance.now() < endAtMs);
	setImmediate(turn);
};
turn();
