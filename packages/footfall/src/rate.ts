import { z } from 'zod';

const pattern = /^([1-9]\d{0,8})\/([1-9]\d{0,8})$/;

/** Events a second for long, and events at once: `2000/20000`. Each of 1 to 999999999. */
export const rate = z
	.string()
	.regex(pattern, 'must be events a second and events at once, like 2000/20000')
	.transform((text) => {
		const [, perSecond, burst] = pattern.exec(text) ?? [];
		return { eventsPerSecond: Number(perSecond), burstEvents: Number(burst) };
	});

/** A rate as the text that `rate` reads. */
export function formatRate({ eventsPerSecond, burstEvents }: z.infer<typeof rate>): string {
	return `${eventsPerSecond}/${burstEvents}`;
}
