import { describe, expect, it } from 'vitest';
import { noOwnModels, ownModelsUnread } from '../compile/project.js';
import { planOwn } from './own.js';

describe('the plan of own models', () => {
	const published = { signups: { version: 'a', table: 'own_signups__1' } };

	it('removes a published model that is in no file', () => {
		expect(planOwn(published, noOwnModels, 0n, false)).toMatchObject({
			removed: ['signups'],
			faulty: [],
			isReason: true,
		});
	});

	it('needs no run for a fault that is known, although another process names the folder in another way', () => {
		const fault = { words: 'own/a.sql:1: no', version: 'v', upstream: '', sinceMs: 0, failures: 1, failedAtUs: '0' };
		const held = { signups: { ...published.signups, fault } };
		const faulty = (version: string) => ({
			...noOwnModels,
			faulty: [{ name: 'signups', words: '/srv/own/a.sql:1: no', version }],
		});
		expect(planOwn(held, faulty('v'), 0n, false).isReason).toBe(false);
		expect(planOwn(held, faulty('w'), 0n, false).isReason).toBe(true);
	});

	it('keeps it, with the reason, if a part of the project folder was not read, and needs no second run for that', () => {
		const own = ownModelsUnread('footfall/models: it cannot be read');
		const fault = { words: 'footfall/models: it cannot be read', version: '', upstream: '' };
		expect(planOwn(published, own, 0n, false)).toMatchObject({
			removed: [],
			faulty: [{ name: 'signups', words: fault.words }],
			isReason: true,
		});
		const held = { signups: { ...published.signups, fault: { ...fault, sinceMs: 0, failures: 1, failedAtUs: '0' } } };
		expect(planOwn(held, own, 0n, false)).toMatchObject({ removed: [], isReason: false });
	});
});
