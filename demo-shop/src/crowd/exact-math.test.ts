import { expect, it } from 'vitest';
import { exactExp, exactLog, exactSine } from './exact-math.js';

it('exactLog, exactExp and exactSine agree with Math to 13 digits', () => {
	for (let n = 1; n < 5_000; n++) {
		const x = n / 4_999;
		expect(exactLog(x)).toBeCloseTo(Math.log(x), 13);
		expect(exactLog(x * 2 ** -30) / Math.log(x * 2 ** -30)).toBeCloseTo(1, 13);
		expect(exactExp(20 * x - 10) / Math.exp(20 * x - 10)).toBeCloseTo(1, 13);
		expect(exactSine(4 * x - 2)).toBeCloseTo(Math.sin(2 * Math.PI * (4 * x - 2)), 13);
	}
});
