import { quoted } from './quoted.js';

/** The first fault of a JSON text: its place and its reason. */
export interface JsonFault {
	/** From 1. */
	line: number;
	/** From 1, in UTF-16 code units. */
	column: number;
	reason: string;
}

const depthMax = 100;
const space = /[ \t\r\n]*/y;
const stringStart = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/uy;
const otherScalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Finds the first fault of a hand-written JSON document; undefined if there is none. `JSON.parse` is not enough: for
 * most faults its error names no place and quotes the text around the fault, which may be a password, and it accepts
 * duplicate keys. Pure.
 */
export function jsonFault(text: string): JsonFault | undefined {
	try {
		new Scanner(text).document();
		return undefined;
	} catch (error) {
		if (!(error instanceof Stop)) throw error;
		const before = text.slice(0, error.index).split('\n');
		return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, reason: error.reason };
	}
}

/** Ends the scan with a fault; caught in this file. */
class Stop {
	readonly index: number;
	readonly reason: string;

	constructor(index: number, reason: string) {
		this.index = index;
		this.reason = reason;
	}
}

class Scanner {
	readonly #text: string;
	#index = 0;

	constructor(text: string) {
		this.#text = text;
	}

	document(): void {
		this.#value(0);
		if (this.#index < this.#text.length) this.#stop();
	}

	#value(depth: number): void {
		if (depth > depthMax) throw new Stop(this.#index, `values are nested more than ${depthMax} levels deep`);
		this.#match(space);
		if (this.#take('{')) this.#object(depth);
		else if (this.#take('[')) this.#list(']', () => this.#value(depth + 1));
		else if (this.#text[this.#index] === '"') this.#string();
		else if (this.#match(otherScalar) === '') this.#stop();
		this.#match(space);
	}

	#list(end: string, item: () => void): void {
		this.#match(space);
		if (this.#take(end)) return;
		do {
			this.#match(space);
			item();
		} while (this.#take(','));
		if (!this.#take(end)) this.#stop();
	}

	#object(depth: number): void {
		const keys = new Set<string>();
		this.#list('}', () => {
			const start = this.#index;
			if (this.#text[start] !== '"') this.#stop();
			const key = this.#string();
			if (keys.has(key)) throw new Stop(start, `duplicate key ${quoted(key)}`);
			keys.add(key);
			this.#match(space);
			if (!this.#take(':')) this.#stop();
			this.#value(depth + 1);
		});
	}

	/** @returns the value of the string */
	#string(): string {
		const start = this.#match(stringStart);
		if (!this.#take('"')) this.#stop();
		return JSON.parse(`${start}"`);
	}

	#match(pattern: RegExp): string {
		pattern.lastIndex = this.#index;
		const match = pattern.exec(this.#text)?.[0] ?? '';
		this.#index += match.length;
		return match;
	}

	#take(character: string): boolean {
		if (this.#text[this.#index] !== character) return false;
		this.#index++;
		return true;
	}

	#stop(): never {
		const code = this.#text.codePointAt(this.#index);
		throw new Stop(
			this.#index,
			code === undefined
				? 'the JSON ends unexpectedly'
				: `unexpected ${JSON.stringify(String.fromCodePoint(code))}; JSON has no comma before a closing bracket`,
		);
	}
}
