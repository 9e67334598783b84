import { expect, it } from 'vitest';
import { withoutCredentials } from './without-credentials.js';

it.each([
	['cannot listen on http://u:secret@h:9/x: give another host', 'cannot listen on *** give another host'],
	['two: http://u:secret@a,http://u:secret@b/x and more', 'two: *** and more'],
	['a space: clickhouse://u:se cret@h is no file', 'a space: *** is no file'],
	['an @ in it: HTTPS://u:se@cret@h.', 'an @ in it: ***'],
	['no collector answers at http://127.0.0.1:9; start one', 'no collector answers at http://127.0.0.1:9; start one'],
	['write to someone@shop.example', 'write to someone@shop.example'],
])('an error keeps addresses and no credentials: %s', (line, shown) => {
	expect(withoutCredentials(line)).toBe(shown);
});
