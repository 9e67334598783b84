/** Where a text stops being JSON, and why. */
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
 * The first fault of a JSON document that a person wrote; undefined when there is none. Node's own message names no place for
 * most faults and repeats the text around them, which may be a password; and it lets a key that is given twice pass. Pure.
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

/** Unwinds the scanner; never leaves this file. */
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
		if (depth > depthMax) throw new Stop(this.#index, `values are nested more than ${depthMax} deep`);
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
			if (keys.has(key)) throw new Stop(start, `the key ${JSON.stringify(key)} is given a second time`);
			keys.add(key);
			this.#match(space);
			if (!this.#take(':')) this.#stop();
			this.#value(depth + 1);
		});
	}

	/** @returns what it says */
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
				? 'the JSON ends too early'
				: `${JSON.stringify(String.fromCodePoint(code))} cannot stand here in JSON, which has no comments and no comma before a closing bracket`,
		);
	}
}
