import { describe, expect, it } from 'vitest';
import { sumOfSamples } from './accepted-events.js';

const text = `# HELP footfall_events_accepted_total Events.
# TYPE footfall_events_accepted_total counter
footfall_events_accepted_total{site="a"} 3
footfall_events_accepted_total{site="b"} 4
footfall_events_accepted_total_other 100
plain 5
`;

describe('sumOfSamples', () => {
	it('sums the samples of a metric over its labels', () => {
		expect(sumOfSamples(text, 'footfall_events_accepted_total')).toBe(7);
		expect(sumOfSamples(text, 'plain')).toBe(5);
	});

	it('distinguishes a missing metric from zero', () => {
		expect(sumOfSamples(text, 'footfall_gone')).toBeUndefined();
	});
});
