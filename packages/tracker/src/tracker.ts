import { safely } from './attempt.js';
import { capture, setBeforeSend } from './capture/capture.js';
import { watchClicks } from './capture/click.js';
import { watchErrors } from './capture/error.js';
import { watchForms } from './capture/form.js';
import { listenForDeparture } from './capture/navigation.js';
import { forgetExperiments, renewContext, setExperiment } from './capture/page-context.js';
import { settle, view, watchNavigation, watchView } from './capture/page-view.js';
import { leavePage, watchReading } from './capture/reading.js';
import { watchVitals } from './capture/vitals.js';
import { type Consent, isGranted, rememberConsent } from './consent.js';
import { on } from './listeners.js';
import type { EventFields, TrackerOptions } from './options.js';
import { freeze } from './queue/batcher.js';
import { abandon, claim } from './queue/orphans.js';
import { keepKept, takeDropped, waiting } from './queue/queue.js';
import { beaconAll, disconnect, hold, isOpen, wake } from './send/delivery.js';
import { isOn, settings, switchCapture, useSettings } from './settings.js';
import { forget, keptKeys, openStore } from './store.js';
import { forgetVisitor, recallVisitor, setUser, visitor } from './visitor.js';

/** How long and how often `flush()` looks whether everything is acknowledged. */
const flushLooks = 200;
const flushLookMs = 50;
/** A page that is hidden for this long, milliseconds, needs no connection. */
const idleMs = 60_000;

let isStarted = false;
/** The page may never run again. */
let isGone = false;

/** The page is looked at, for the first time or again. */
function enter(): void {
	claim();
	wake();
	watchView();
}

/** Starts, or goes on after consent was given. */
function begin(): void {
	if (isOn || !settings.site || !isGranted()) return;
	switchCapture(true);
	recallVisitor();
	switchCapture(visitor / 2 ** 53 < (settings.sample ?? 1));
	if (!isOn) return;
	enter();
	if (isStarted) return;
	isStarted = true;
	watchClicks();
	watchForms();
	watchReading();
	watchErrors();
	watchVitals();
	// Last, because a page may have frozen its history.
	watchNavigation();
}

/** Stops, and leaves nothing behind. */
function end(): void {
	switchCapture(false);
	freeze();
	// A full storage was as good as none to us, but it still has what it had.
	openStore();
	keptKeys().forEach(forget);
	keepKept();
	disconnect();
	abandon();
}

/** The page is left or hidden: every batch that is not acknowledged goes out now. */
function leave(): void {
	if (!isOn) return;
	settle();
	leavePage();
	// Over the socket where the page stays to hear the answer.
	const isFinal = isGone || !isOpen();
	// First, so that the last batch goes out once, not on the socket as well.
	if (isFinal) hold();
	freeze();
	if (isFinal) beaconAll();
}

function watchPage(): void {
	// While the next page loads, this one still hears the answer, which a beacon's is to nobody.
	listenForDeparture(() => isOpen() && leave());
	// On the window and after everybody else, whose last events are to go too.
	addEventListener('visibilitychange', () => {
		if (document.hidden) {
			leave();
			setTimeout(() => document.hidden && disconnect(), idleMs);
		} else wake();
	});
	addEventListener('pagehide', () => {
		isGone = true;
		leave();
		// A page that waits to be shown again may hold neither.
		disconnect();
		abandon();
	});
	addEventListener('pageshow', ({ persisted }) => {
		isGone = false;
		if (persisted && isOn) enter();
	});
	addEventListener('online', wake);
}

/** Everything a page can call. */
export const api = {
	/** Starts capturing and sending. One tracker per page: calling it again does nothing. */
	init(options: TrackerOptions): void {
		if (settings.site) return;
		useSettings(options);
		openStore();
		on('ack', () => {
			// Now that the collector listens.
			const events = takeDropped();
			if (events) capture('lost', { props: { events } });
		});
		watchPage();
		begin();
	},
	page: view,
	track: (name: string, fields?: EventFields): void => capture(name, fields),
	identify(id: string, traits?: EventFields['props']): void {
		setUser(id);
		renewContext();
		if (traits) capture('identify', { props: traits });
	},
	reset(): void {
		freeze();
		forgetVisitor();
		forgetExperiments();
	},
	experiment: setExperiment,
	consent(choice: Consent): void {
		if (choice === 'denied') end();
		rememberConsent(choice);
		begin();
	},
	beforeSend: setBeforeSend,
	async flush(): Promise<void> {
		freeze();
		for (let looks = flushLooks; Object.keys(waiting).length && looks--; ) {
			await new Promise((done) => setTimeout(done, flushLookMs));
		}
	},
	on,
};

/** A function of the api by its name. Nothing is thrown into the page: what goes wrong becomes one line on the console. */
export const call = safely((name: string, ...args: never[]) =>
	(api as Record<string, (...args: never[]) => unknown>)[name]?.(...args),
);
