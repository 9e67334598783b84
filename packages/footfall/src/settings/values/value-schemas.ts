import { dayFault } from '@footfall/dashboard/contract';
import { z } from 'zod';

/** A whole number in decimal digits, both bounds included. */
export const wholeNumber = (min: number, max: number) =>
	z
		.string()
		.regex(/^\d+$/, `must be a whole number of ${min} to ${max}`)
		.transform(Number)
		.refine((n) => n >= min && n <= max, `must be a whole number of ${min} to ${max}`);

/** A server's address without a path. */
export const httpAddress = z
	.string()
	.refine(
		(text) => /^https?:\/\/[^/]+\/?$/.test(text) && URL.canParse(text),
		'must be an address like http://127.0.0.1:7070',
	);

/** Where a history goes. Files have one form alone, so that their name says what is in them. */
export const historyTarget = z
	.string()
	.refine(
		(text) => text === 'warehouse' || /[^/]\.csv\.zst$/.test(text),
		'must be warehouse or a file that ends in .csv.zst',
	);

/** A part of the whole. */
export const share = z
	.string()
	.regex(/^(0|1|0?\.\d{1,9}|1\.0+)$/, 'must be a share of 0 to 1, like 0.05')
	.transform(Number);

/** A TCP port; 0 takes any free one. */
export const port = wholeNumber(0, 65_535);

/** A file or directory, from the working directory. */
export const path = z.string().min(1, 'must be a path');

/** On or off. */
export const onOff = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** Words between spaces. */
export const words = z.string().transform((text) => text.split(/\s+/).filter((word) => word !== ''));

/** Words as a person gives them to `words`. */
export function formatWords(list: readonly string[]): string {
	return list.join(' ');
}

/** Host names between commas: `stats.shop.example,stats.example`. */
export const hostNames = z.string().transform((text, context) => {
	const names = text.split(',').map((name) => name.trim());
	for (const name of names) {
		if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(name)) {
			context.addIssue({ code: 'custom', message: `"${name}" is no host name, like stats.shop.example` });
		}
	}
	return names;
});

/** A calendar day in the range of ClickHouse's Date, `2026-01-31`. */
export const day = z.string().superRefine((text, context) => {
	const message = dayFault(text);
	if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const durationFault = 'must be a time like 500ms, 30s, 15m, 2h or 1d, at most 30d';

/** A time, as milliseconds: at least 100 ms and at most 30 days. */
export const duration = z
	.string()
	.regex(/^\d{1,9}(ms|s|m|h|d)$/, durationFault)
	.transform((text) => Number.parseInt(text, 10) * (unitMs[text.replace(/\d+/, '')] as number))
	.refine((ms) => ms >= 100 && ms <= 30 * 86_400_000, durationFault);

/** Milliseconds the way a person gives them to `duration`. */
export function formatDuration(ms: number): string {
	const [unit = 'ms', size = 1] = Object.entries(unitMs).findLast(([, each]) => ms % each === 0) ?? [];
	return `${ms / size}${unit}`;
}
