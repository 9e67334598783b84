// Runs one attacker in a separate process with the lowest priority: the processor time of the attacker must not count
// as an effect of the attack. Argument: JSON with attack (its name), url, seconds and firstVisitor (of the honest
// visitors). Bounded: it stops by itself, and earlier when its standard input ends.
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { AttackTarget } from './attack-target.js';
import { attacks } from './attacks.js';

const { attack, url, seconds, firstVisitor } = JSON.parse(process.argv[2]);
setPriority(10);
// Linux compares these priorities only within a session where autogroup scheduling is on, so the session of this
// process gets the priority, too.
try {
	writeFileSync('/proc/self/autogroup', '10');
} catch {
	// The kernel has no autogroup scheduling.
}
const target = new AttackTarget(url, seconds);
const timeIsOver = new Promise((resolve) => {
	setTimeout(resolve, seconds * 1_000);
	process.stdin.once('end', resolve).resume();
});
await Promise.race([attacks[attack].run(target, { firstVisitor }), timeIsOver]);
process.stdout.write(`${JSON.stringify(target.counts)}\n`, () => process.exit(0));
