import { describe, expect, it } from 'vitest';
import { TerminalBytes, terminalText } from './terminal-text.js';

describe('terminalText', () => {
	it('shows characters that a terminal would obey, and leaves others', () => {
		expect(terminalText('a\tb\nc é 😀 │')).toBe('a\tb\nc é 😀 │');
		expect(terminalText('\u001b[2J\u0007\r\u007f')).toBe('␛[2J␇␍␡');
		expect(terminalText('\u009b31m \u202egnp.exe')).toBe('\ufffd31m \ufffdgnp.exe');
	});
});

describe('TerminalBytes', () => {
	it('reads characters whose bytes come in several pieces', () => {
		const bytes = Buffer.from('é😀\u001b│');
		const text = new TerminalBytes();
		const pieces = [...bytes].map((byte) => Buffer.from(text.next(Uint8Array.of(byte))));
		expect(Buffer.concat([...pieces, Buffer.from(text.next(undefined))]).toString()).toBe('é😀␛│');
	});

	it('ends a character that was cut off', () => {
		const text = new TerminalBytes();
		const cut = Buffer.from(text.next(Buffer.from('é').subarray(0, 1))).toString();
		expect(cut + Buffer.from(text.next(undefined)).toString()).toBe('\ufffd');
	});
});
