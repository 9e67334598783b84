/** Decimal places of an amount. */
export const amountScale = 4;
/** Decimal places of a property that count. Places beyond them are cut off. */
export const propertyScale = 6;
/** Greatest number, positive or negative, that a condition compares with. */
export const numberMax = 1e12;

/**
 * A number as decimal digits, of which a condition makes the same decimal number in SQL and in JavaScript. Pure.
 *
 * @throws RangeError for a number that is not from -1e12 to 1e12
 */
export function decimalText(number: number, scale: number): string {
	if (!(Math.abs(number) <= numberMax)) throw new RangeError(`${number} is not a number from -1e12 to 1e12`);
	return number.toFixed(scale);
}

/**
 * A number of a condition as an integer, in units of its last place. Pure.
 *
 * @throws RangeError for a number that is not from -1e12 to 1e12
 */
export const unitsOf = (number: number, scale: number): bigint => integerOf(decimalText(number, scale));

/** The amount of an event, in units of its last place. Pure. */
export const amountUnits = (amount: number): bigint => integerOf(amount.toFixed(amountScale));

const integerOf = (decimal: string) => BigInt(decimal.replace('.', ''));

/**
 * The form of a property that is a number: digits, with a sign and a decimal point if it has them. The numbers of
 * JavaScript from 0.000001 to 1e21 have this form as texts. The syntax is that of JavaScript and RE2.
 */
export const numberPattern = '^[-+]?[0-9]{1,21}([.][0-9]{1,30})?$';
const numberExpression = new RegExp(numberPattern);

/** A property that is a number, in units of its last place that counts; undefined for another text. Pure. */
export function propertyUnits(text: string): bigint | undefined {
	if (!numberExpression.test(text)) return undefined;
	const [whole = '', fraction = ''] = text.split('.');
	const digits = whole.replace(/^[-+]/, '') + fraction.slice(0, propertyScale).padEnd(propertyScale, '0');
	return text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}

/**
 * A text as ClickHouse stores it: half a pair of surrogates, which UTF-8 does not have, becomes the replacement
 * character. Pure.
 */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\ufffd');

/** The first characters of a text, counted in code points as `leftUTF8` does. Pure. */
export const firstCharacters = (text: string, lengthMax: number): string =>
	text.length <= lengthMax ? text : [...text].slice(0, lengthMax).join('');
