/** How long one movement counts as attention, milliseconds. */
const attentionMs = 10_000;

let engaged = 0;
let wasHidden: boolean;
let last = 0;

function see(): void {
	const now = performance.now();
	if (!wasHidden) engaged += Math.min(now - last, attentionMs);
	last = now;
	wasHidden = document.hidden;
}

export function watchEngagement(): void {
	for (const name of ['pointermove', 'keydown', 'scroll', 'visibilitychange']) addEventListener(name, see, true);
}

/** How long somebody has looked at the page and done something there since this last was not 0, milliseconds. Less than a second is 0. */
export function engagedMs(): number {
	see();
	const ms = engaged < 1_000 ? 0 : engaged | 0;
	engaged -= ms;
	return ms;
}
