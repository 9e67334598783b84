// Hand-written msgpack, well-formed and not, which our encoder never produces.

const head = (tag, bytes, value) => {
	const buffer = Buffer.alloc(1 + bytes);
	buffer[0] = tag;
	if (bytes > 0) buffer.writeUIntBE(Math.min(value, 2 ** (8 * bytes) - 1), 1, bytes);
	return buffer;
};

/**
 * Heads of each kind that carries a length, narrow to wide: the length's bytes, its tag, and for the narrowest its end.
 */
const lengthHeads = {
	array: [
		[0, 0x90, 16],
		[2, 0xdc],
		[4, 0xdd],
	],
	map: [
		[0, 0x80, 16],
		[2, 0xde],
		[4, 0xdf],
	],
	string: [
		[0, 0xa0, 32],
		[1, 0xd9],
		[2, 0xda],
		[4, 0xdb],
	],
	bytes: [
		[1, 0xc4],
		[2, 0xc5],
		[4, 0xc6],
	],
};

const lengthMax = 2 ** 32 - 1;

/** A head that claims this length, up to its maximum, of a random width that can express it. */
export function lengthHead(random, kind, claimed) {
	const length = Math.max(0, Math.min(lengthMax, claimed));
	const fitting = lengthHeads[kind].filter(([bytes, , end]) => length < (end ?? 2 ** (8 * bytes)));
	const [bytes, tag] = random.pick(fitting);
	return bytes === 0 ? Buffer.of(tag | length) : head(tag, bytes, length);
}

/** An integer of 0…2⁵³ − 1 in a random format that can express it, including doubles. */
export function integer(random, value) {
	const forms = [() => double(0xcb, value), () => wide(0xcf, BigInt(value)), () => wide(0xd3, BigInt(value))];
	if (value < 0x80)
		forms.push(
			() => Buffer.of(value),
			() => head(0xd0, 1, value),
		);
	if (value < 0x100) forms.push(() => head(0xcc, 1, value));
	if (value < 0x8000) forms.push(() => head(0xd1, 2, value));
	if (value < 0x1_0000) forms.push(() => head(0xcd, 2, value));
	if (value < 0x8000_0000) forms.push(() => head(0xd2, 4, value));
	if (value < 0x1_0000_0000) forms.push(() => head(0xce, 4, value));
	if (Math.fround(value) === value) forms.push(() => double(0xca, value));
	return random.pick(forms)();
}

function wide(tag, value) {
	const buffer = Buffer.alloc(9);
	buffer[0] = tag;
	buffer.writeBigUInt64BE(BigInt.asUintN(64, value), 1);
	return buffer;
}

function double(tag, value) {
	const buffer = Buffer.alloc(tag === 0xca ? 5 : 9);
	buffer[0] = tag;
	if (tag === 0xca) buffer.writeFloatBE(value, 1);
	else buffer.writeDoubleBE(value, 1);
	return buffer;
}

const texts = [
	'',
	'a',
	'blau grün',
	'😀',
	'\u0000',
	'\ufeffmark',
	'__proto__',
	'constructor',
	'prototype',
	'x'.repeat(300),
];
/** Invalid UTF-8: a lone continuation byte, an overlong form, a surrogate, beyond the last character, cut short. */
const notTexts = ['80', 'c0af', 'eda080', 'f4908080', 'e282', 'ff'].map((hex) => Buffer.from(hex, 'hex'));
const numbers = [0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
const oddNumbers = [-0, -1, 0.5, 1e13, 1e13 + 1, 1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY];

export function string(random, content) {
	const bytes = Buffer.from(content);
	return Buffer.concat([lengthHead(random, 'string', bytes.length), bytes]);
}

/** Extension types of all formats, the standard's timestamps among them; some claim more than there is. */
function extension(random) {
	const type = random.pick([0xff, 0, 1, 0x43, 0x72, 0x7f]);
	if (random.chance(0.5)) {
		const power = random.integer(0, 4);
		return Buffer.concat([Buffer.of(0xd4 + power, type), random.bytes(2 ** power)]);
	}
	const width = random.pick([1, 2, 4]);
	const length = random.pick([0, 4, 8, 12, 40]);
	const claimed = random.chance(0.2) ? 2 ** (8 * width) - 1 : length;
	return Buffer.concat([
		head({ 1: 0xc7, 2: 0xc8, 4: 0xc9 }[width], width, claimed),
		Buffer.of(type),
		random.bytes(length),
	]);
}

/** Nested containers of a given depth; well-formed when `closed`. */
export function nested(random, depth, closed) {
	const shells = [
		[Buffer.of(0x91), Buffer.alloc(0)],
		[Buffer.of(0x81, 0x00), Buffer.alloc(0)],
		[Buffer.of(0xdc, 0, 1), Buffer.alloc(0)],
		[Buffer.of(0x92), Buffer.of(0xc0)],
	];
	const shell = random.pick(shells);
	const before = Array.from({ length: depth }, () => shell[0]);
	const after = closed ? Array.from({ length: depth }, () => shell[1]) : [];
	return Buffer.concat([...before, Buffer.of(closed ? 0xc0 : 0x91), ...after]);
}

/** Any value, mostly well-formed. */
export function anyValue(random, depth = 0) {
	const kinds = ['integer', 'odd', 'wide', 'text', 'not text', 'bytes', 'plain', 'extension', 'array', 'map', 'nested'];
	const kind = random.pick(depth < 3 ? kinds : kinds.slice(0, 7));
	const many = (count) => Array.from({ length: count }, () => anyValue(random, depth + 1));
	switch (kind) {
		case 'integer':
			return integer(random, random.pick(numbers));
		case 'odd':
			return double(random.pick([0xca, 0xcb]), random.pick(oddNumbers));
		case 'wide':
			return wide(random.pick([0xcf, 0xd3]), random.pick([2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]));
		case 'text':
			return string(random, random.pick(texts));
		case 'not text':
			return string(random, random.pick(notTexts));
		case 'bytes': {
			const count = random.pick([0, 15, 16, 16, 17]);
			return Buffer.concat([lengthHead(random, 'bytes', count), random.bytes(count)]);
		}
		case 'plain':
			return Buffer.of(random.pick([0xc0, 0xc1, 0xc2, 0xc3, 0xe0, 0xff]));
		case 'extension':
			return extension(random);
		case 'array': {
			const count = random.integer(0, 4);
			return Buffer.concat([lengthHead(random, 'array', count), ...many(count)]);
		}
		case 'map': {
			const count = random.integer(0, 4);
			return Buffer.concat([lengthHead(random, 'map', count), ...many(count * 2)]);
		}
		default:
			return nested(random, random.pick([1, 6, 7, 8, 9, 10, 100]), random.chance(0.8));
	}
}
