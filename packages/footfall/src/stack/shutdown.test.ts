import { describe, expect, it } from 'vitest';
import { Shutdown } from './shutdown.js';

describe('Shutdown', () => {
	it('stops the parts in reverse order, one after the other, each once', async () => {
		const stopped: string[] = [];
		const shutdown = new Shutdown();
		shutdown.add('first', () => void stopped.push('first'));
		shutdown.add('second', async () => {
			await new Promise((resolve) => setTimeout(resolve, 5));
			stopped.push('second');
		});
		expect(await Promise.all([shutdown.run(), shutdown.run()])).toEqual([[], []]);
		expect(stopped).toEqual(['second', 'first']);
	});

	it('stops the others if one fails to stop, and names that one', async () => {
		const stopped: string[] = [];
		const shutdown = new Shutdown();
		shutdown.add('first', () => void stopped.push('first'));
		shutdown.add('second', () => {
			throw new Error('stuck');
		});
		expect(await shutdown.run()).toEqual(['second did not stop cleanly: stuck']);
		expect(stopped).toEqual(['first']);
	});
});
