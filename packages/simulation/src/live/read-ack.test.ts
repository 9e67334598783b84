import { expect, it } from 'vitest';
import { readAck } from './read-ack.js';

it.each([
	['["ack",9007199254740991,12,"stored"]', ['ack', 2 ** 53 - 1, 12, 'stored']],
	['["ack",7,0,"retry-later",250]', ['ack', 7, 0, 'retry-later', 250]],
	['["ack",7,0,"duplicate"]', ['ack', 7, 0, 'duplicate']],
	['["hello",1]', undefined],
	['', undefined],
])('readAck reads %s', (text, ack) => {
	expect(readAck(Buffer.from(text))).toEqual(ack);
});
