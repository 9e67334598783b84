import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Niceness of the engine, from -20 to 19. Higher values give others the processor first. */
const engineNiceness = 8;

/**
 * Gives the engine a lower priority than the other processes of Footfall. A page waits for the acknowledgement of the
 * collector, which needs the processor for less than a millisecond, while queries and inserts keep every processor busy
 * for seconds. The engine has a session of its own, and Linux compares niceness only within a session where autogroup
 * scheduling is on, so the session gets the priority, too. Without the right to change them, priorities stay.
 *
 * @param pid the first process of the engine's session
 */
export function lowerEnginePriority(pid: number): void {
	attempt(() => setPriority(pid, engineNiceness));
	attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(engineNiceness)));
}

function attempt(act: () => void): void {
	try {
		act();
	} catch {
		// The engine works at any priority.
	}
}
