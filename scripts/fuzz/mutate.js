import { limits } from '@footfall/protocol';
import { endOf, tokensOf } from './tokens.js';
import { anyValue, integer, lengthHead, nested, string } from './values.js';

/** Maximum length of a generated frame, bytes: a little more than a WebSocket of the collector accepts. */
const frameBytesMax = limits.batchBytesMax * 2 + 4_096;

const replace = (bytes, start, end, by) => Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);

/** Mutations of bytes, without regard to msgpack. */
const byteMutations = {
	flipBits(bytes, random) {
		const flipped = Buffer.from(bytes);
		for (let i = random.integer(0, 7); i >= 0 && bytes.length > 0; i--)
			flipped[random.integer(0, bytes.length - 1)] ^= 1 << random.integer(0, 7);
		return flipped;
	},
	setByte(bytes, random) {
		const set = Buffer.from(bytes);
		if (bytes.length > 0)
			set[random.integer(0, bytes.length - 1)] = random.chance(0.5)
				? random.integer(0, 255)
				: 0xc0 + random.integer(0, 0x3f);
		return set;
	},
	insertBytes(bytes, random) {
		const at = random.integer(0, bytes.length);
		return replace(bytes, at, at, random.bytes(1 + random.integer(0, 8)));
	},
	deleteBytes(bytes, random) {
		const at = random.integer(0, bytes.length);
		return replace(bytes, at, Math.min(bytes.length, at + 1 + random.integer(0, 8)), Buffer.alloc(0));
	},
	truncate: (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length)),
	append: (bytes, random) => Buffer.concat([bytes, random.bytes(1 + random.integer(0, 4))]),
	repeat(bytes, random) {
		const [start, end] = [random.integer(0, bytes.length), random.integer(0, bytes.length)].sort((a, b) => a - b);
		return replace(bytes, end, end, bytes.subarray(start, end));
	},
	splice(bytes, random, other) {
		return Buffer.concat([
			bytes.subarray(0, random.integer(0, bytes.length)),
			other.subarray(random.integer(0, other.length)),
		]);
	},
};

/** Mutations of a value: each gets the tokens and an index, and returns undefined where it does not apply. */
const valueMutations = {
	replaceValue(bytes, random, tokens, index) {
		return replace(bytes, tokens[index].at, endOf(tokens, index) ?? bytes.length, anyValue(random));
	},
	transplant(bytes, random, tokens, index, other) {
		const theirs = tokensOf(other);
		const from = random.integer(0, Math.max(0, theirs.length - 1));
		const value = theirs.length === 0 ? other : other.subarray(theirs[from].at, endOf(theirs, from));
		return replace(bytes, tokens[index].at, endOf(tokens, index) ?? bytes.length, value);
	},
	blowLength(bytes, random, tokens, index) {
		const { kind, at, head, length } = tokens[index];
		if (kind === 'number' || kind === 'plain') return undefined;
		const claims = [0, length - 1, length + 1, length * 2, 31, 33, 255, 1_001, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1];
		return replace(bytes, at, at + head, lengthHead(random, kind, random.pick(claims)));
	},
	rewriteHead(bytes, random, tokens, index) {
		const { kind, at, head, length } = tokens[index];
		if (kind === 'plain') return undefined;
		if (kind !== 'number') return replace(bytes, at, at + head, lengthHead(random, kind, length));
		return bytes[at] <= 0x7f ? replace(bytes, at, at + head, integer(random, bytes[at])) : undefined;
	},
	appendUnknown(bytes, random, tokens, index) {
		const { kind, at, head, length } = tokens[index];
		const end = endOf(tokens, index);
		if (kind !== 'array' || end === undefined) return undefined;
		const values = Array.from({ length: 1 + random.integer(0, 3) }, () => anyValue(random));
		const grown = replace(bytes, end, end, Buffer.concat(values));
		return replace(grown, at, at + head, lengthHead(random, 'array', length + values.length));
	},
	dropLast(bytes, random, tokens, index) {
		const { kind, at, head, length } = tokens[index];
		const end = endOf(tokens, index);
		if (kind !== 'array' || end === undefined || length === 0) return undefined;
		// The last child is the last token of its own level: walk the children from the first.
		let child = index + 1;
		for (let i = 1; i < length; i++) {
			const childEnd = endOf(tokens, child);
			while (child < tokens.length && tokens[child].at < childEnd) child++;
		}
		const shorter = replace(bytes, tokens[child].at, end, Buffer.alloc(0));
		return replace(shorter, at, at + head, lengthHead(random, 'array', length - 1));
	},
	addEntry(bytes, random, tokens, index) {
		const { kind, at, head, length } = tokens[index];
		if (kind !== 'map') return undefined;
		const start = at + head;
		const first = tokens[index + 1];
		// Sometimes an existing key: the last of equal keys counts.
		const twin = first !== undefined && random.chance(0.4);
		const key = twin ? bytes.subarray(first.at, first.at + first.head + first.body) : anyKey(random);
		const entry = Buffer.concat([key, string(random, random.pick(['', 'v', '__proto__']))]);
		return replace(bytes, at, start, Buffer.concat([lengthHead(random, 'map', length + 1), entry]));
	},
	nest(bytes, random, tokens, index) {
		const depth = random.pick([1, 8, 9, 50, 1_000, random.chance(0.02) ? 60_000 : 10]);
		return replace(
			bytes,
			tokens[index].at,
			endOf(tokens, index) ?? bytes.length,
			nested(random, depth, random.chance(0.5)),
		);
	},
	pad(bytes, random, tokens, index) {
		const { kind, at, head, length } = tokens[index];
		if (kind !== 'string' || random.chance(0.7)) return undefined;
		const longer = random.pick([
			32,
			64,
			65,
			256,
			257,
			512,
			1_024,
			1_025,
			2_048,
			2_049,
			random.chance(0.1) ? 61_000 : 40,
		]);
		return replace(bytes, at, at + head + length, string(random, 'x'.repeat(longer)));
	},
};

function anyKey(random) {
	return string(
		random,
		random.pick(['k', 'key', '__proto__', 'constructor', 'prototype', 'toString', '1', '\u00e9', 'x'.repeat(65)]),
	);
}

const byteNames = Object.keys(byteMutations);
const valueNames = Object.keys(valueMutations);

/** Derives a frame by one to four mutations, most of them of values, so that many pass the first checks. */
export function mutate(original, random, other) {
	let bytes = original;
	for (let left = random.pick([1, 1, 1, 2, 3, 4]); left > 0; left--) {
		const tokens = random.chance(0.6) ? tokensOf(bytes) : [];
		bytes =
			(tokens.length > 0
				? valueMutations[random.pick(valueNames)](bytes, random, tokens, random.integer(0, tokens.length - 1), other)
				: byteMutations[random.pick(byteNames)](bytes, random, other)) ?? bytes;
	}
	return bytes.subarray(0, frameBytesMax);
}
