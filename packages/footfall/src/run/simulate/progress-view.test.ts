import { describe, expect, it } from 'vitest';
import { progressLine, progressView } from './progress-view.js';

describe('the progress of a history', () => {
	it('is shown as a bar, a share, a count and a rate', () => {
		const line = progressLine({ chunksDone: 1, chunks: 3, rows: 1_234_567 }, 10);
		expect(line).toBe(`${'█'.repeat(10)}${'░'.repeat(20)}  33 %  1,234,567 events  123,457/s`);
	});

	it('ends with a line at 100 %, drawn over the last one on a terminal', () => {
		const lines: string[] = [];
		const view = progressView((line) => lines.push(line), true);
		view({ chunksDone: 1, chunks: 2, rows: 10 });
		view({ chunksDone: 2, chunks: 2, rows: 20 });
		expect(lines).toHaveLength(2);
		expect(lines[1]).toBe(`\u001b[1F\u001b[J${lines[1]?.slice(7)}`);
		expect(lines[1]).toContain(`${'█'.repeat(30)} 100 %  20 events`);
	});
});
