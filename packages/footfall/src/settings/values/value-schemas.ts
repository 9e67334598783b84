import { dayFault } from '@footfall/dashboard/contract';
import { quoted } from '@footfall/json';
import { z } from 'zod';

/** A whole number in decimal digits, from `min` to `max` inclusive. */
export const wholeNumber = (min: number, max: number) =>
	z
		.string()
		.regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
		.transform(Number)
		.refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`)
		// For the schema of the settings file, in which the value may be a number.
		.meta({ minimum: min, maximum: max, multipleOf: 1 });

/** The http or https address of a server, without a path. */
export const httpAddress = z
	.string()
	.refine(
		(text) => /^https?:\/\/[^/]+\/?$/.test(text) && URL.canParse(text),
		'must be an address like http://127.0.0.1:7070',
	);

/** The destination of a simulated history. A file has one format only, which its name must state. */
export const historyTarget = z
	.string()
	.refine(
		(text) => text === 'warehouse' || /[^/]\.csv\.zst$/.test(text),
		'must be warehouse or a file that ends in .csv.zst',
	);

/** A share of 0 to 1. */
export const share = z
	.string()
	.regex(/^(0|1|0?\.\d{1,9}|1\.0+)$/, 'must be a share from 0 to 1, like 0.05')
	.transform(Number)
	.meta({ minimum: 0, maximum: 1 });

/** A TCP port; 0 selects any free port. */
export const port = wholeNumber(0, 65_535);

/** The path of a file or directory, relative to the working directory. */
export const path = z.string().min(1, 'must be a path');

/** A secret that an operator chose. */
export const secretText = z
	.string()
	.regex(/^[\x21-\x7e]{16,128}$/, 'must have 16 to 128 characters of ASCII, without blanks');

/** A boolean. */
export const onOff = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** Words separated by spaces. */
export const words = z.string().transform((text) => text.split(/\s+/).filter((word) => word !== ''));

/** Formats a list of words as the text that `words` parses. */
export function formatWords(list: readonly string[]): string {
	return list.join(' ');
}

/** Host names separated by commas: `stats.shop.example,stats.example`. */
export const hostNames = z.string().transform((text, context) => {
	const names = text.split(',').map((name) => name.trim());
	for (const name of names) {
		if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(name)) {
			context.addIssue({
				code: 'custom',
				message: `${quoted(name)} is not a valid host name, like stats.shop.example`,
			});
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
const durationFault = 'must be a duration like 500ms, 30s, 15m, 2h or 1d, from 100ms to 30d';

/** A duration in milliseconds, from 100 ms to 30 days. */
export const duration = z
	.string()
	.regex(/^\d{1,9}(ms|s|m|h|d)$/, durationFault)
	.transform((text) => Number.parseInt(text, 10) * (unitMs[text.replace(/\d+/, '')] as number))
	.refine((ms) => ms >= 100 && ms <= 30 * 86_400_000, durationFault);

/** Formats milliseconds as the text that `duration` parses. */
export function formatDuration(ms: number): string {
	const [unit = 'ms', size = 1] = Object.entries(unitMs).findLast(([, each]) => ms % each === 0) ?? [];
	return `${ms / size}${unit}`;
}
