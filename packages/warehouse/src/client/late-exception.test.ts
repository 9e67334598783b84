import { describe, expect, it } from 'vitest';
import { LateException } from './late-exception.js';

const tag = 'stxqjpxjerhycmrv';
const message = 'Code: 395. DB::Exception: the value is non-zero. (FUNCTION_THROW_IF) (version 26.7.2.1)\n';
const body = (rows: string) =>
	`${rows}\r\n__exception__\r\n${tag}\r\n${message}${message.length} ${tag}\r\n__exception__\r\n`;

/** Feeds a body in pieces of a length. */
function read(text: string, pieceBytes: number) {
	const late = new LateException(tag);
	const bytes = Buffer.from(text);
	const rows: Buffer[] = [];
	for (let at = 0; at < bytes.length; at += pieceBytes)
		rows.push(Buffer.from(late.rowsOf(bytes.subarray(at, at + pieceBytes))));
	return { rows: Buffer.concat([...rows, late.rest()]).toString(), exception: late.exception() };
}

describe('LateException', () => {
	it.each([1, 2, 7, 20, 1_000])('separates rows from the exception after them, in pieces of %i bytes', (pieceBytes) => {
		const { rows, exception } = read(body('1,2\n3,4\n'), pieceBytes);
		expect(rows).toBe('1,2\n3,4\n');
		expect(exception).toMatchObject({ code: 395, message: expect.stringMatching(/^the value is non-zero\./) });
	});

	it.each([1, 2, 7, 1_000])(
		'leaves rows as they are that look like an exception, in pieces of %i bytes',
		(pieceBytes) => {
			for (const rows of ['', '1\n', `\r\n__exception__\r\nother\r\n${message}`, 'a\r\n__exception__\r', '\r\n\r\n'])
				expect(read(rows, pieceBytes)).toEqual({ rows, exception: undefined });
		},
	);

	it('passes everything on when the server sends no tag', () => {
		const late = new LateException(undefined);
		expect(late.rowsOf(Buffer.from(body('1\n'))).toString()).toBe(body('1\n'));
		expect(late.exception()).toBeUndefined();
	});

	it('keeps a bounded part of the text of an exception', () => {
		const late = new LateException(tag);
		late.rowsOf(Buffer.from(`\r\n__exception__\r\n${tag}\r\nCode: 1. DB::Exception: `));
		for (let i = 0; i < 100; i++) late.rowsOf(Buffer.alloc(10_000, 'x'));
		expect(late.exception()?.message.length).toBeLessThan(70_000);
	});
});
