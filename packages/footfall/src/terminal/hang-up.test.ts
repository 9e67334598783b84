import { expect, it } from 'vitest';
import { isHangUpIgnored } from './hang-up.js';

const plain = 'Name:\tnode\nSigIgn:\t0000000001001000\nSigCgt:\t0000000100004603\n';
const ignoring = plain.replace('1001000', '1001001');
const signs = {
	statuses: [plain, plain],
	startedBy: '/usr/bin/node',
	stdin: { target: '/dev/null', info: 'pos:\t0\nflags:\t02100000\n' },
};

it.each([
	['nothing shows it', {}, false],
	['the system has no /proc', { statuses: ['', ''], startedBy: undefined, stdin: { target: '', info: '' } }, false],
	['this process ignores it', { statuses: [ignoring, plain] }, true],
	['the parent ignores it', { statuses: [plain, ignoring] }, true],
	['a signal of the same digit is ignored', { statuses: [plain, plain.replace('1001000', '1001006')] }, false],
	['a shell has started nohup', { startedBy: '/usr/bin/nohup' }, true],
	['a shell has started nohup by its name', { startedBy: 'nohup' }, true],
	['a shell has started a program with a similar name', { startedBy: '/opt/mynohup' }, false],
	['nohup has replaced the terminal', { stdin: { target: '/dev/null', info: 'flags:\t02100001\n' } }, true],
	['the standard input is a terminal', { stdin: { target: '/dev/pts/0', info: 'flags:\t02000002\n' } }, false],
	['the standard input is a file', { stdin: { target: '/tmp/a', info: 'flags:\t02000001\n' } }, false],
])('whether SIGHUP was ignored at the start, when %s', (_, found, isIgnored) => {
	expect(isHangUpIgnored({ ...signs, ...found })).toBe(isIgnored);
});
