import { safely } from './attempt.js';
import { capture, isOn, setBeforeSend, switchCapture } from './capture/capture.js';
import { watchClicks } from './capture/click.js';
import { watchErrors } from './capture/error.js';
import { watchForms } from './capture/form.js';
import { leavePage, watchReading } from './capture/leave.js';
import { listenForDeparture } from './capture/navigation.js';
import { forgetExperiments, renewContext, setExperiment } from './capture/page-context.js';
import { settle, view, watchViews } from './capture/page-view.js';
import { watchVitals } from './capture/vitals.js';
import { type Consent, isGranted, rememberConsent } from './consent.js';
import { on } from './listeners.js';
import type { EventFields, TrackerOptions } from './options.js';
import { freeze, startBatcher } from './queue/batcher.js';
import { abandon, claim } from './queue/orphans.js';
import { dropped, keepKept, push, reported, waiting } from './queue/queue.js';
import { beaconAll, disconnect, hold, isOpen, pump, wake } from './send/delivery.js';
import { settings, useSettings } from './settings.js';
import { forget, keptNames, openStore } from './store.js';
import { forgetVisitor, keepUser, recallVisitor, setUser, visitor } from './visitor.js';

/** How long and how often `flush()` looks whether everything is acknowledged. */
const flushLooks = 200;
const flushLookMs = 50;
/** A page that is hidden for this long, milliseconds, needs no connection. */
const idleMs = 60_000;

let isStarted = false;

/** Starts, or goes on after consent was given. */
function begin(): void {
	if (isOn || !isGranted()) return;
	recallVisitor();
	switchCapture(visitor / 2 ** 53 < (settings.sample ?? 1));
	if (!isOn) return;
	claim(pump);
	wake();
	if (isStarted) {
		view();
		return;
	}
	isStarted = true;
	watchViews();
	watchClicks();
	watchForms();
	watchReading();
	watchErrors();
	watchVitals();
}

/** Stops, and leaves nothing behind. */
function end(): void {
	switchCapture(false);
	freeze();
	for (const name of keptNames()) forget(name);
	keepKept();
	disconnect();
	abandon();
}

/** The page may never run again: every batch that is not acknowledged goes out now. */
function leave(isLast: boolean): void {
	if (!isOn) return;
	settle();
	leavePage();
	// First, so that the last batch goes out once, not on the socket as well.
	if (isLast || !isOpen) hold();
	freeze();
	if (isLast || !isOpen) beaconAll();
}

function watchPage(): void {
	let isGone = false;
	// While the next page loads, this one still hears the answer, which a beacon's is to nobody.
	listenForDeparture(() => isOpen && leave(false));
	// On the window and after everybody else, whose last events are to go too.
	addEventListener('visibilitychange', () => {
		if (document.hidden) {
			leave(isGone);
			setTimeout(() => document.hidden && disconnect(), idleMs);
		} else if (isOn) wake();
	});
	addEventListener('pagehide', ({ persisted }) => {
		isGone = true;
		leave(true);
		// A page that waits to be shown again may hold neither.
		disconnect();
		if (persisted) abandon();
	});
	addEventListener('pageshow', ({ persisted }) => {
		isGone = false;
		if (!persisted || !isOn) return;
		// What is not kept any more was sent by another page meanwhile.
		keepKept();
		claim(pump);
		wake();
		renewContext();
		view();
	});
	addEventListener('online', () => isOn && wake());
}

/** Everything a page can call. */
export const api = {
	/** Starts capturing and sending. One tracker per page: calling it again does nothing. */
	init(options: TrackerOptions): void {
		if (settings.site) return;
		useSettings(options);
		openStore(options.cookieless == null);
		startBatcher((batch) => {
			if (!isOn) return;
			push(batch);
			pump();
		});
		on('ack', () => {
			// Now that the collector listens.
			const events = dropped;
			reported();
			if (events) capture('lost', { props: { events } });
		});
		watchPage();
		begin();
	},
	page(): void {
		renewContext();
		view();
	},
	track: (name: string, fields?: EventFields): void => capture(name, fields),
	identify(id: string, traits?: EventFields['props']): void {
		setUser(id);
		if (isOn) keepUser();
		renewContext();
		if (traits) capture('identify', { props: traits });
	},
	reset(): void {
		freeze();
		if (isOn) forgetVisitor();
		else setUser('');
		forgetExperiments();
	},
	experiment: setExperiment,
	consent(choice: Consent): void {
		if (choice === 'denied') end();
		rememberConsent(choice);
		begin();
	},
	beforeSend: setBeforeSend,
	flush(): Promise<void> {
		freeze();
		let looks = flushLooks;
		return new Promise((done) => {
			const look = () => (waiting.length && looks-- ? setTimeout(look, flushLookMs) : done());
			look();
		});
	},
	on,
};

/** A function of the api by its name. Nothing is thrown into the page: what goes wrong becomes one line on the console. */
export const call = safely((name: string, ...args: never[]) =>
	(api as Record<string, (...args: never[]) => unknown>)[name]?.(...args),
);
