import { runInNewContext } from 'node:vm';
import { encodeSmall, type WireValue } from '@footfall/protocol';
import { expect, it } from 'vitest';
import { storedText } from '../../../packages/tracker/src/queue/stored.js';
import { unpackScript } from './unpack-script.js';

/** Returns the value of an expression in which the functions of the script are called with a text. */
const inPage = (expression: string, text: string): unknown =>
	JSON.parse(runInNewContext(`${unpackScript} JSON.stringify(${expression})`, { text, TextDecoder }) as string);
const unpacked = (text: string) => inPage('unpack(text)', text);

it.each<[what: string, value: WireValue]>([
	['numbers', [0, 127, 128, 65_535, 65_536, 1_780_000_000_000, -1, 0.25]],
	['texts', ['', 'a', 'é€😀', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(300)]],
	['lists', [[], Array(15).fill(1), Array(16).fill(1), Array(300).fill([2])]],
	['maps', [{}, { plan: 'pro' }, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key${n}`, `${n}`]))]],
])('the script of a page decodes %s as the tracker encodes them', (_, value) => {
	expect(unpacked(encodeSmall(value))).toEqual(value);
});

it('the script of a page refuses bytes that the tracker does not write', () => {
	expect(() => unpacked('\xc1')).toThrow('193 begins no value');
});

it('the script of a page reads a batch as the tracker stores it, also with line breaks among its bytes', () => {
	const events = [
		[10, 0, 'track\n', '', '10\n'],
		[2_570, 0, 'leave'],
	];
	const batch = [1, 'shop', 11, 22, 10, 1_780_000_000_000, [['https://shop.example/']], events];
	const text = storedText('shop', 1_780_000_000_000, events.length, encodeSmall(batch));
	const expression = '(({ events, batch }) => ({ events, batch: batch() }))(readStored(text))';
	expect(inPage(expression, text)).toEqual({ events: 2, batch });
});
