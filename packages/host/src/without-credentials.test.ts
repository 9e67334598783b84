import { expect, it } from 'vitest';
import { withoutCredentials } from './without-credentials.js';

it.each([
	['cannot listen on http://u:secret@h:9/x: give another host', 'cannot listen on *** give another host'],
	['two: http://u:secret@a,http://u:secret@b/x and more', 'two: *** and more'],
	['a space: clickhouse://u:se cret@h is no file', 'a space: *** is no file'],
	['an @ in it: HTTPS://u:se@cret@h.', 'an @ in it: ***'],
	['no collector answers at http://127.0.0.1:9; start one', 'no collector answers at http://127.0.0.1:9; start one'],
	['tcp://h:9 is none; write http://h:8 or https://u:secret@h', 'tcp://h:9 is none; write http://h:8 or ***'],
	['write it like http://user:password@host:8123/database', 'write it like http://user:password@host:8123/database'],
	['its password has the form of a URL: http://u:x://secret@h', 'its password has the form of a URL: http://u:***'],
	['write to someone@shop.example', 'write to someone@shop.example'],
])('an error keeps addresses and no credentials: %s', (line, shown) => {
	expect(withoutCredentials(line)).toBe(shown);
});
