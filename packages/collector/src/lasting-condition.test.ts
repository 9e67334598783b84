import { expect, it } from 'vitest';
import { LastingCondition } from './lasting-condition.js';

function observed() {
	const lines: [string, object, string][] = [];
	const at = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
	const clock = { nowMs: 0 };
	const logger = { info: at('info'), warn: at('warn'), error: at('error') };
	return { lines, clock, condition: new LastingCondition(logger, 'error', () => clock.nowMs) };
}

it('a condition is logged when it begins, once a minute with its number, and when it ends', () => {
	const { lines, clock, condition } = observed();
	for (; clock.nowMs < 150_000; clock.nowMs += 1_000) condition.occurred({ code: 'ENOSPC' }, 'the disk is full');
	condition.ended('the disk has room');
	condition.ended('the disk has room');
	expect(lines).toEqual([
		['error', { code: 'ENOSPC', times: 1 }, 'the disk is full'],
		['error', { code: 'ENOSPC', times: 60 }, 'the disk is full'],
		['error', { code: 'ENOSPC', times: 60 }, 'the disk is full'],
		['info', { times: 29 }, 'the disk has room'],
	]);
});

it('a condition that comes and goes is logged at most once a minute', () => {
	const { lines, clock, condition } = observed();
	for (; clock.nowMs < 120_000; clock.nowMs += 100) {
		condition.occurred({}, 'short of descriptors');
		condition.ended('enough descriptors');
	}
	expect(lines.map(([, fields, message]) => [message, fields])).toEqual([
		['short of descriptors', { times: 1 }],
		['enough descriptors', { times: 0 }],
		['short of descriptors', { times: 600 }],
		['enough descriptors', { times: 0 }],
	]);
});
