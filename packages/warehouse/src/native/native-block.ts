import { GrowingBytes } from './growing-bytes.js';
import type { NativeColumn } from './native-columns.js';

/**
 * Encodes a block of the Native format, as pieces to be sent one after another.
 *
 * @param columns by name, each with `rows` values
 */
export function encodeBlock(columns: Readonly<Record<string, NativeColumn>>, rows: number): Uint8Array<ArrayBuffer>[] {
	const entries = Object.entries(columns);
	const head = new GrowingBytes(16);
	head.varint(entries.length);
	head.varint(rows);
	return [head.written, ...entries.flatMap(([name, column]) => [columnHead(name, column.type), ...column.chunks()])];
}

function columnHead(name: string, type: string): Uint8Array<ArrayBuffer> {
	const head = new GrowingBytes(64);
	head.text(name);
	head.text(type);
	return head.written;
}
