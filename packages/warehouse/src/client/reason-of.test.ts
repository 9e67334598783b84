import { expect, it } from 'vitest';
import { reasonOf } from './reason-of.js';

it.each([
	['read ECONNRESET', 'read ECONNRESET'],
	['Unknown expression identifier `foo` in scope SELECT foo FROM sessions. ', 'Unknown expression identifier `foo`'],
	[
		'Code: 241. DB::Exception: (total) memory limit exceeded: would use 3 GiB: While executing AggregatingTransform. (MEMORY_LIMIT_EXCEEDED) (version 26.7.2.1 (official build))',
		'(total) memory limit exceeded: would use 3 GiB',
	],
	[
		'Syntax error: failed at position 14 (sessions) (line 2, col 7): sessions\nGROUP BY day. Expected one of: token, FROM. ',
		'Syntax error: failed at position 14 (sessions). Expected one of: token, FROM',
	],
	['There is no file\n  https://user:sesame@h/x?a.', 'There is no file ***'],
	['There is no file\n  https://h/x?token=sesame, it says', 'There is no file *** it says'],
	['There is no host http://u:se same@h:9.', 'There is no host ***'],
	['many words '.repeat(100), `${'many words '.repeat(28).slice(0, 300)}…`],
])('a reason has what is wrong and no statement, code or URL: %j', (message, words) => {
	expect(reasonOf({ message })).toBe(words);
});
