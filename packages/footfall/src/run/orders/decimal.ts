/** Decimal numbers with 4 places, as whole numbers of ten-thousandths, so that sums are exact. */

const places = 4;
const unit = 10n ** BigInt(places);

/**
 * Parses a decimal number with a point or a comma before at most 4 decimals, and without separators of thousands.
 *
 * @returns undefined if the text is no such number
 */
export function parseDecimal(text: string): bigint | undefined {
	const [, sign, whole, decimals = ''] = /^(-?)(\d{1,14})(?:[.,](\d{1,4}))?$/.exec(text.trim()) ?? [];
	if (whole === undefined) return undefined;
	const value = BigInt(whole) * unit + BigInt(decimals.padEnd(places, '0'));
	return sign === '-' ? -value : value;
}

/** The number with two decimals, or with more if they are not 0. */
export function formatDecimal(value: bigint): string {
	const digits = `${value < 0n ? -value : value}`.padStart(places + 1, '0');
	const decimals = digits.slice(-places).replace(/0{1,2}$/, '');
	return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}.${decimals}`;
}
