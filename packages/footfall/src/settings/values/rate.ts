import { z } from 'zod';
import { byteSize, formatBytes } from './byte-size.js';

const pattern = /^([1-9]\d{0,8})\/([1-9]\d{0,8})$/;

/** An event rate: events per second / burst, each from 1 to 999999999: `2000/20000`. */
export const rate = z
	.string()
	.regex(pattern, 'must be events per second / burst, like 2000/20000')
	.transform((text) => {
		const [, perSecond, burst] = pattern.exec(text) ?? [];
		return { eventsPerSecond: Number(perSecond), burstEvents: Number(burst) };
	});

/** Formats a rate as the text that `rate` parses. */
export function formatRate({ eventsPerSecond, burstEvents }: z.infer<typeof rate>): string {
	return `${eventsPerSecond}/${burstEvents}`;
}

/** The burst must be at least the size of the longest body, or no sender could send such a body. */
const perSecondBytes = byteSize(2 ** 10, 2 ** 40);
const burstBytes = byteSize(2 ** 20, 2 ** 40);

/** A byte rate: bytes per second, from 1KiB to 1TiB, and the burst in bytes, from 1MiB to 1TiB: `2MiB/16MiB`. */
export const byteRate = z
	.string()
	.regex(/^[^/]+\/[^/]+$/, 'must be bytes per second / burst, like 2MiB/16MiB')
	.transform((text, context) => {
		const [first = '', second = ''] = text.split('/');
		const perSecond = perSecondBytes.safeParse(first);
		const burst = burstBytes.safeParse(second);
		for (const { error } of [perSecond, burst]) {
			if (error !== undefined) context.addIssue({ code: 'custom', message: error.issues[0]?.message ?? '' });
		}
		return { bytesPerSecond: perSecond.data ?? 0, burstBytes: burst.data ?? 0 };
	});

/** Formats a rate as the text that `byteRate` parses. */
export function formatByteRate({ bytesPerSecond, burstBytes }: z.infer<typeof byteRate>): string {
	return `${formatBytes(bytesPerSecond)}/${formatBytes(burstBytes)}`;
}
