/** Draws uniformly from [0, 1). */
export type Random = () => number;

const warmUpRounds = 16;

/**
 * A seeded source of random numbers: sfc32 (Chris Doty-Humphrey's "small fast counting" generator, 128 bits of state,
 * 32 bits a draw). Its three words of seed are the run's seed, the stream (one per shopper and purpose, so that nobody's
 * draws shift anybody else's) and a constant; sixteen rounds are thrown away to mix them.
 *
 * Not for secrets. The same seed and stream give the same draws on every machine: only 32-bit integer arithmetic is used.
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
