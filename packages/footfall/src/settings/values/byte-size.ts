import { z } from 'zod';

const bytesPer = { PiB: 2 ** 50, TiB: 2 ** 40, GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10 } as const;
const units = Object.keys(bytesPer) as (keyof typeof bytesPer)[];
const pattern = new RegExp(`^(\\d+) ?(${units.join('|')})?$`);

/**
 * Parses a size like `512MiB`, `4GiB` or `536870912` as bytes. Only powers of 1024 are accepted, because MB may mean
 * 1000² or 1024².
 *
 * @param min smallest size, in bytes
 * @param max largest size, in bytes
 */
export function byteSize(min: number, max: number) {
	const message = `must be a number of bytes or a size like 512MiB or 4GiB, from ${formatBytes(min)} to ${formatBytes(max)}`;
	return z
		.string()
		.regex(pattern, message)
		.transform((text) => {
			const [, count, unit] = pattern.exec(text) ?? [];
			return Number(count) * (unit === undefined ? 1 : bytesPer[unit as keyof typeof bytesPer]);
		})
		.refine((bytes) => bytes >= min && bytes <= max, message)
		.meta({ minimum: min, maximum: max, multipleOf: 1 });
}

/** Formats bytes as the shortest exact text that `byteSize` parses: 1073741824 is `1GiB`, 1073741825 has no unit. */
export function formatBytes(bytes: number): string {
	const unit = units.find((name) => bytes > 0 && bytes % bytesPer[name] === 0);
	return unit === undefined ? String(bytes) : `${bytes / bytesPer[unit]}${unit}`;
}
