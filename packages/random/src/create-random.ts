/** Returns a uniform random number from [0, 1). */
export type Random = () => number;

/** Draws that are discarded, so that similar seeds give unrelated draws. */
const warmUpRounds = 16;

/**
 * Creates a seeded source of random numbers: sfc32, Chris Doty-Humphrey's "small fast counting" generator of PractRand
 * (https://pracrand.sourceforge.net/RNG_engines.txt), with 128 bits of state and 32 bits a draw. Its three words of
 * seed are the seed of the run, the stream and a constant. There is one stream per shopper and purpose, so that the
 * draws of one do not shift those of another. Sixteen draws are discarded to mix the words.
 *
 * Not for secrets. The same seed and stream give the same draws on every machine, because only 32-bit integer
 * arithmetic is used.
 *
 * @param seed integer; only its low 32 bits count
 * @param stream integer; only its low 32 bits count. Default 0
 */
export function createRandom(seed: number, stream = 0): Random {
	let a = seed | 0;
	let b = stream | 0;
	let c = 0x9e3779b9 | 0;
	let counter = 1;
	const next = () => {
		const sum = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + sum) | 0;
		return (sum >>> 0) / 2 ** 32;
	};
	for (let round = 0; round < warmUpRounds; round += 1) next();
	return next;
}
