import type { ReservedEventName } from '@footfall/protocol';
import { safely } from './attempt.js';
import { capture, setBeforeSend } from './capture/capture.js';
import { watchClicks } from './capture/click.js';
import { watchErrors } from './capture/error.js';
import { watchForms } from './capture/form.js';
import { listenForDeparture } from './capture/navigation.js';
import { forgetExperiments, renewContext, setExperiment } from './capture/page-context.js';
import { captureDueView, view, watchNavigation, watchView } from './capture/page-view.js';
import { leavePage, watchReading } from './capture/reading.js';
import { watchVitals } from './capture/vitals.js';
import { type Consent, isGranted, rememberConsent } from './consent.js';
import { on } from './listeners.js';
import type { EventFields, TrackerOptions } from './options.js';
import { freeze } from './queue/batcher.js';
import { claim, releaseLocks } from './queue/orphans.js';
import { forgetTaken, takeDropped, waiting } from './queue/queue.js';
import { beaconAll, disconnect, isOpen, pauseForBeacons, wake } from './send/delivery.js';
import { isOn, settings, switchCapture, useSettings } from './settings.js';
import { forget, keptKeys, openStore } from './store.js';
import { forgetVisitor, recallVisitor, setUser, visitor } from './visitor.js';

/** Number and interval of the checks by which `flush()` waits for all acknowledgements. */
const flushChecks = 200;
const flushCheckMs = 50;
/** Time after which a hidden page closes its connection, ms. */
const idleMs = 60_000;

let isStarted = false;
/** Whether the page is left, so that its code may never run again. */
let isGone = false;

/** Runs when the page is shown, for the first time or out of the back-forward cache. */
function enter(): void {
	claim();
	wake();
	watchView();
}

/** Starts the tracker, or resumes it after the visitor has consented. */
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
	// Last, because it throws where a page has frozen `history`.
	watchNavigation();
}

/** Stops the tracker, and removes everything that it has stored. */
function end(): void {
	switchCapture(false);
	freeze();
	// If the storage was full, the store is a copy in memory: the storage itself is cleared.
	openStore();
	keptKeys().forEach(forget);
	forgetTaken();
	disconnect();
	releaseLocks();
}

/** Runs when the page is left or hidden: sends every batch that is neither acknowledged nor in flight. */
function leave(): void {
	if (!isOn) return;
	captureDueView();
	leavePage();
	// Over the WebSocket as long as the page can receive the answer.
	const isFinal = isGone || !isOpen();
	// Before freeze(), so that the last batch goes out as a beacon only.
	if (isFinal) pauseForBeacons();
	freeze();
	if (isFinal) beaconAll();
}

function watchPage(): void {
	// While the next page loads, this one still receives the answer. The answer to a beacon is lost.
	listenForDeparture(() => isOpen() && leave());
	// On the window and in the bubbling phase, after the listeners of the page, so that their last events go too.
	addEventListener('visibilitychange', () => {
		if (document.hidden) {
			leave();
			setTimeout(() => document.hidden && disconnect(), idleMs);
		} else wake();
	});
	addEventListener('pagehide', () => {
		isGone = true;
		leave();
		// Browsers keep no page in the back-forward cache that has a WebSocket (https://github.com/whatwg/html/issues/12085)
		// or a lock (https://github.com/w3c/web-locks/issues/81).
		disconnect();
		releaseLocks();
	});
	addEventListener('pageshow', ({ persisted }) => {
		isGone = false;
		if (persisted && isOn) enter();
	});
	addEventListener('online', wake);
}

/** The functions that a page can call. */
export const api = {
	/** Starts capturing and sending. There is one tracker per page, so a second call does nothing. */
	init(options: TrackerOptions): void {
		if (settings.site) return;
		useSettings(options);
		openStore();
		on('ack', () => {
			// The collector is reachable again.
			const events = takeDropped();
			if (events) capture('lost' satisfies ReservedEventName, { props: { events } });
		});
		watchPage();
		begin();
	},
	page: view,
	track: (name: string, fields?: EventFields): void => capture(name, fields),
	identify(id: string, traits?: EventFields['props']): void {
		setUser(id);
		renewContext();
		if (traits) capture('identify' satisfies ReservedEventName, { props: traits });
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
		for (let checks = flushChecks; Object.keys(waiting).length && checks--; ) {
			await new Promise((done) => setTimeout(done, flushCheckMs));
		}
	},
	on,
};

/** Calls a function of the api by its name. It never throws into the page: an error becomes one line on the console. */
export const call = safely((name: string, ...args: never[]) =>
	(api as Record<string, (...args: never[]) => unknown>)[name]?.(...args),
);
