import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hide, startFixture, type Visit } from './support/tracker-visit.js';

/**
 * Firefox stops the code of a page whose process ends (`dom.abort_script_on_child_shutdown`, read in
 * https://github.com/mozilla/gecko-dev/blob/master/dom/ipc/ProcessHangMonitor.cpp) at the next call of a function or
 * turn of a loop, once, and goes on with the next listener. It affects one closed tab in ten, at any place. Chromium's
 * debugger does the same at the first call of each function in turn.
 */
let fixture: Awaited<ReturnType<typeof startFixture>>;
beforeAll(async () => {
	fixture = await startFixture();
});
afterAll(() => fixture?.close());

/** A short run of the tests stops the code in every third function, and with each batch in others. */
const functionStep = process.env.FOOTFALL_THOROUGH === '1' ? 1 : 3;
const patience = { timeout: 20_000, interval: 5 };
const scriptUrl = /\/(footfall(-vitals)?\.js)$/;
const go = `dispatchEvent(new PageTransitionEvent('pagehide'))`;

/** A position in one of the scripts, which have one line each. */
interface Place {
	scriptId: string;
	/** Name of the script. */
	file?: string;
	lineNumber: number;
	columnNumber?: number;
}
interface Pause {
	callFrames: { functionLocation?: Place; location: Place }[];
}

/**
 * Opens a page that a visitor has read for five seconds, with so many events of so many characters in its open batch.
 */
async function read(visit: Visit, count: number, length: number): Promise<Page> {
	const page = await visit.open(`/?patient&attributes=${encodeURIComponent('data-capture="view scroll engaged"')}`);
	await page.evaluate('footfall.flush()');
	// The debugger takes no time.
	await page.evaluate(`{
		const leftAt = performance.now() + 5_000;
		performance.now = () => leftAt;
		for (let i = 0; i < ${count}; i++) footfall.track('last', { objId: 'x'.repeat(${length}) });
	}`);
	return page;
}

const nextPause = (session: CDPSession) =>
	new Promise<Pause>((resolve) => session.once('Debugger.paused', (pause) => resolve(pause)));

/** Attaches the debugger to a page. @returns the session, and the names of the tracker's scripts by their ids in it */
async function debug(page: Page): Promise<{ session: CDPSession; files: Map<string, string> }> {
	const session = await page.context().newCDPSession(page);
	const files = new Map<string, string>();
	session.on('Debugger.scriptParsed', (script) => {
		const file = scriptUrl.exec(script.url)?.[1];
		if (file) files.set(script.scriptId, file);
	});
	await session.send('Debugger.enable');
	return { session, files };
}

/**
 * Returns the first place at which the debugger stops in each function of the tracker that a leaving page calls, in the
 * order of their first calls. It sets no breakpoint at the parameters of an arrow function.
 */
async function functionsOf(page: Page): Promise<Place[]> {
	const { session, files } = await debug(page);
	await session.send('DOMDebugger.setEventListenerBreakpoint', { eventName: 'pagehide' });
	const hidden = page.evaluate(go).then(() => undefined);
	const found = new Map<string, Place>();
	for (let pause: Pause | undefined = await nextPause(session); pause; ) {
		const [frame] = pause.callFrames;
		const file = frame && files.get(frame.location.scriptId);
		const name = `${file} ${frame?.functionLocation?.columnNumber}`;
		if (file && !found.has(name)) found.set(name, { ...frame.location, file });
		const next = nextPause(session);
		await session.send('Debugger.stepInto');
		pause = await Promise.race([next, hidden]);
	}
	await session.detach();
	return [...found.values()];
}

/**
 * Makes a page leave, and stops its code where it first calls a function.
 *
 * @returns whether it has called the function
 */
async function goAndCutOff(page: Page, place: Place): Promise<boolean> {
	const { session, files } = await debug(page);
	const { file, lineNumber, columnNumber = 0 } = place;
	const [scriptId = ''] = [...files].find(([, name]) => name === file) ?? [];
	await session.send('Debugger.setBreakpoint', { location: { scriptId, lineNumber, columnNumber } });
	const paused = nextPause(session);
	const hidden = page
		.evaluate(go)
		.catch(() => undefined)
		.then(() => undefined);
	const isCalled = await Promise.race([paused, hidden]);
	if (isCalled) {
		await session.send('Debugger.setSkipAllPauses', { skip: true });
		// It answers when the code runs again, and by then is over.
		const terminated = session.send('Runtime.terminateExecution');
		await session.send('Debugger.resume');
		await Promise.all([terminated, hidden]);
	}
	await session.detach();
	return isCalled !== undefined;
}

/**
 * Returns the names of the events that arrived, without copies of batches, which a collector recognises by their bytes.
 */
function arrived({ collector }: Visit): string[] {
	const batches = new Map(collector.arrivals.map(({ batch, bytes }) => [bytes.toString('hex'), batch]));
	return [...batches.values()].flatMap(({ events }) => events.map(({ name }) => name));
}

/** Runs `use` with a visit of its own. @returns its result */
async function visited<Result>(use: (visit: Visit) => Promise<Result>): Promise<Result> {
	const visit = await fixture.visit();
	try {
		return await use(visit);
	} finally {
		await visit.end();
	}
}

describe('a page whose code is stopped while it is left', () => {
	let functions: Place[];
	beforeAll(async () => {
		functions = await visited(async (visit) => functionsOf(await read(visit, 1, 10)));
	});

	it.each([
		['its batch is not full', 0, 1, 10],
		['its batch is full', 1, 2, 1_000],
		['the last event fills its batch', 2, 2, 885],
	])('sends every event once, in whichever function it is stopped, when %s', async (_, first, count, length) => {
		const events = ['view', ...Array.from({ length: count }, () => 'last'), 'leave'];
		let calls = 0;
		for (const [i, place] of functions.entries()) {
			if ((i + first) % functionStep !== 0) continue;
			await visited(async (visit) => {
				const page = await read(visit, count, length);
				if (await goAndCutOff(page, place)) calls++;
				// The browser still calls the next listener.
				await page.evaluate(hide);
				await vi.waitFor(() => expect(arrived(visit), `stopped in function ${i}`).toEqual(events), patience);
				expect(visit.collector.broken).toEqual([]);
			});
		}
		// Fewer would mean that the debugger has not followed the calls.
		expect(calls * functionStep).toBeGreaterThan(20);
	});
});
