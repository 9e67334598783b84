import type { Ack } from '@footfall/protocol';

/**
 * Start and end of most messages. They are parsed without JSON.parse, which would cost as much as the rest of an
 * answer.
 */
const head = Buffer.from('["ack",');
const storedTail = Buffer.from(',"stored"]');
const comma = 0x2c;
const zero = 0x30;

/** Parses an acknowledgement; undefined for another message. Pure. */
export function readAck(text: Buffer): Ack | undefined {
	for (let n = 0; n < head.length; n++) if (text[n] !== head[n]) return undefined;
	let at = head.length;
	let stream = 0;
	for (; at < text.length && text[at] !== comma; at++) stream = stream * 10 + ((text[at] as number) - zero);
	let sequence = 0;
	for (at++; at < text.length && text[at] !== comma; at++) sequence = sequence * 10 + ((text[at] as number) - zero);
	for (let n = 0; n < storedTail.length; n++)
		if (text[at + n] !== storedTail[n]) return JSON.parse(text.toString('latin1')) as Ack;
	return ['ack', stream, sequence, 'stored'];
}
