import {
	appendFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisProcess } from './owner.js';
import { Spool } from './spool.js';

let directory: string;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-spool-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const event = (id: number, length = 1) => JSON.stringify({ event_id: id, text: 'x'.repeat(length) });
const files = () =>
	readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ndjson'));
const content = () =>
	files()
		.map((file) => readFileSync(join(directory, file), 'utf8'))
		.join('');

/** Makes the folder of a process that has ended. */
function leave(owner: object, lines: string, name = '00000000-0000-4000-8000-000000000001'): string {
	const folder = join(directory, name);
	mkdirSync(folder);
	writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));
	writeFileSync(join(folder, '00000001.ndjson'), lines);
	return folder;
}

const ended = () => ({ ...thisProcess(), start: 'earlier' });

function allLeft(spool: Spool): string[] {
	const events: string[] = [];
	for (let left = spool.readLeft(); left; left = spool.readLeft()) events.push(...left.events);
	return events;
}

describe('a spool', () => {
	it('has events until they are settled, and files of a bounded size', () => {
		const spool = new Spool(directory);
		const segments = Array.from({ length: 30 }, (_, id) => spool.append(event(id, 100_000)));
		expect(content().split('\n')).toHaveLength(31);
		expect(files().length).toBeGreaterThan(2);
		for (const segment of segments) segment.settled();
		expect(content()).toBe('');
		expect(files()).toHaveLength(1);
		spool.append(event(31));
		expect(content()).toBe(`${event(31)}\n`);
	});

	it('takes over what a process has left that has ended, without a line that it had not finished', () => {
		const folder = leave(ended(), `${event(1)}\n${event(2)}\n{"event_`);
		const spool = new Spool(directory);
		expect(existsSync(folder)).toBe(false);
		const left = spool.readLeft();
		expect(left?.events).toEqual([event(1), event(2)]);
		left?.segment.settled();
		expect(content()).toContain(event(1));
		left?.segment.settled();
		expect(content()).toBe('');
	});

	it('takes over what another client of this process has left, once that is closed, and not before', () => {
		const first = new Spool(directory);
		first.append(event(1));
		const second = new Spool(directory);
		expect(allLeft(second)).toEqual([]);
		first.close();
		second.takeOver();
		expect(allLeft(second)).toEqual([event(1)]);
	});

	it('leaves what it has not read to the next process, and no folder where nothing waits', () => {
		leave(ended(), `${event(1)}\n`);
		new Spool(directory).close();
		const next = new Spool(directory);
		expect(allLeft(next)).toEqual([event(1)]);
		rmSync(directory, { recursive: true });
		new Spool(directory).close();
		expect(readdirSync(directory)).toEqual([]);
	});

	it('takes over what a process of another machine has left only after ten minutes without a sign of life', () => {
		const folder = leave({ ...ended(), host: 'other' }, `${event(1)}\n`);
		const spool = new Spool(directory);
		expect(allLeft(spool)).toEqual([]);
		const longAgo = new Date(Date.now() - 601_000);
		utimesSync(join(folder, 'owner.json'), longAgo, longAgo);
		spool.takeOver();
		expect(allLeft(spool)).toEqual([event(1)]);
	});

	it('keeps refused events, and lines that are no JSON do not stop it', () => {
		leave(ended(), `not json\n${event(1)}\n`);
		const spool = new Spool(directory);
		expect(allLeft(spool)).toEqual([event(1)]);
		spool.keepRefused(event(2));
		spool.keepRefused(event(3));
		expect(readFileSync(join(directory, 'refused.ndjson'), 'utf8')).toBe(`${event(2)}\n${event(3)}\n`);
	});

	it('ignores other files and folders in its directory', () => {
		mkdirSync(join(directory, 'photos'));
		appendFileSync(join(directory, 'photos', '00000001.ndjson'), `${event(1)}\n`);
		expect(allLeft(new Spool(directory))).toEqual([]);
		expect(existsSync(join(directory, 'photos', '00000001.ndjson'))).toBe(true);
	});
});
