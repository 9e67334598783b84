import { quoted } from './quoted.js';

/** The first fault of a JSON text: its place and its reason. */
export interface JsonFault extends JsonPlace {
	reason: string;
}

/** A place in a text. */
export interface JsonPlace {
	/** From 1. */
	line: number;
	/** From 1, in UTF-16 code units. */
	column: number;
}

/** A value, with the positions of it and of what is in it. */
export interface JsonNode {
	value: unknown;
	/** Position in the text. */
	at: number;
	/** The members of an object, each with the position of its key. */
	members?: ReadonlyMap<string, { keyAt: number; node: JsonNode }>;
	/** The items of an array. */
	items?: readonly JsonNode[];
}

/** Deviations from JSON that a text may have. */
export interface JsonOptions {
	/** Commas before closing brackets. @default false */
	trailingCommas?: boolean;
}

const depthMax = 100;
const space = /[ \t\r\n]*/y;
const stringStart = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/uy;
const otherScalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Reads a hand-written JSON document, or finds its first fault. `JSON.parse` is not enough: for most faults its error
 * names no place and quotes the text around the fault, which may be a password, it accepts duplicate keys, and it does
 * not say where a value is. Pure.
 */
export function scanJson(
	text: string,
	{ trailingCommas = false }: JsonOptions = {},
): { ok: true; node: JsonNode } | { ok: false; fault: JsonFault } {
	try {
		return { ok: true, node: new Scanner(text, trailingCommas).document() };
	} catch (error) {
		if (!(error instanceof Stop)) throw error;
		return { ok: false, fault: { ...placeAt(text, error.index), reason: error.reason } };
	}
}

/** The line and the column of a position in a text. Pure. */
export function placeAt(text: string, at: number): JsonPlace {
	const before = text.slice(0, at).split('\n');
	return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
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
	readonly #trailingCommas: boolean;
	#index = 0;

	constructor(text: string, trailingCommas: boolean) {
		this.#text = text;
		this.#trailingCommas = trailingCommas;
	}

	document(): JsonNode {
		const node = this.#value(0);
		if (this.#index < this.#text.length) this.#stop();
		return node;
	}

	#value(depth: number): JsonNode {
		if (depth > depthMax) throw new Stop(this.#index, `values are nested more than ${depthMax} levels deep`);
		this.#match(space);
		const node = this.#valueHere(depth);
		this.#match(space);
		return node;
	}

	#valueHere(depth: number): JsonNode {
		const at = this.#index;
		if (this.#take('{')) return this.#object(at, depth);
		if (this.#take('[')) {
			const items: JsonNode[] = [];
			this.#list(']', () => items.push(this.#value(depth + 1)));
			return { value: items.map(({ value }) => value), at, items };
		}
		if (this.#text[at] === '"') return { value: this.#string(), at };
		const scalar = this.#match(otherScalar);
		if (scalar === '') this.#stop();
		return { value: JSON.parse(scalar), at };
	}

	#list(end: string, item: () => void): void {
		this.#match(space);
		if (this.#take(end)) return;
		do {
			this.#match(space);
			if (this.#trailingCommas && this.#text[this.#index] === end) break;
			item();
		} while (this.#take(','));
		if (!this.#take(end)) this.#stop();
	}

	#object(at: number, depth: number): JsonNode {
		const members = new Map<string, { keyAt: number; node: JsonNode }>();
		this.#list('}', () => {
			const keyAt = this.#index;
			if (this.#text[keyAt] !== '"') this.#stop();
			const key = this.#string();
			if (members.has(key)) throw new Stop(keyAt, `duplicate key ${quoted(key)}`);
			this.#match(space);
			if (!this.#take(':')) this.#stop();
			members.set(key, { keyAt, node: this.#value(depth + 1) });
		});
		// As in JSON.parse, a key such as __proto__ is one like any other.
		return { value: Object.fromEntries([...members].map(([key, { node }]) => [key, node.value])), at, members };
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
		const rule = this.#trailingCommas
			? 'keys and texts stand in double quotation marks, with a comma between two values'
			: 'JSON has no comma before a closing bracket';
		throw new Stop(
			this.#index,
			code === undefined
				? 'the JSON ends unexpectedly'
				: `unexpected ${JSON.stringify(String.fromCodePoint(code))}; ${rule}`,
		);
	}
}
