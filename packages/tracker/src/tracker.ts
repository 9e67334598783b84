import type { ReservedEventName } from '@footfall/protocol';
import { note, safely, until } from './attempt.js';
import { ofDocument } from './browser.js';
import { capture, setBeforeSend } from './capture/capture.js';
import { endClick, watchClicks } from './capture/click.js';
import { watchForms } from './capture/form.js';
import { type NavigateEvent, navigationApi } from './capture/navigation.js';
import type { Track } from './capture/own-event.js';
import { forgetExperiments, pageContext, renewContext, setExperiment } from './capture/page-context.js';
import { captureDueView, pages, view, watchNavigation, watchView } from './capture/page-view.js';
import { type Consent, choice, consentKey, isGranted, rememberConsent } from './consent.js';
import { clipAmount } from './encode/clip.js';
import { emit, listen, on } from './listeners.js';
import type { EventFields, TrackerOptions } from './options.js';
import { beaconKept, freeze } from './queue/batcher.js';
import { claim, forgetTaken, releaseLocks } from './queue/orphans.js';
import { queued, takeDropped } from './queue/queue.js';
import { loadSecond, second } from './second-file.js';
import { beaconAll, disconnect, isOpen, pauseForBeacons, wake } from './send/delivery.js';
import {
	isOn,
	isWanted,
	needsSecond,
	settings,
	switchCapture,
	useSettings,
	waitsForSecond,
	wanted,
} from './settings.js';
import { forget, keptKeys, openStore } from './store.js';
import { forgetVisitor, recallVisitor, setUser, takeStored, visitor } from './visitor.js';
import { outsideZones } from './zone.js';

/** Number and interval of the checks by which `flush()` waits for all acknowledgements. */
const flushChecks = 200;
const flushCheckMs = 50;
/** Time after which a hidden page closes its connection, ms. */
const idleMs = 60_000;

/** Maximum number of errors of the page that are kept until the second file is loaded. */
const earlyErrorsMax = 50;
/** Delay of measuring web vitals, ms. The page has priority; the browser buffers the entries of the time before. */
const vitalsDelayMs = 1_000;
/** Longest wait of the start for the second file, ms. */
const startWaitMs = 5_000;

/** Resolves when the tracker has started, while that waits for the second file; 0 when it has waited. */
let starting: Promise<void> | 0 | undefined;
let isStarted = false;
/** Whether the listeners have heard the last message `start`. */
let isListening = false;
/** Whether the page is left, so that its code may never run again. */
let isGone = false;

/** Runs when the page is shown, for the first time or out of the back-forward cache. */
function enter(): void {
	claim();
	wake();
	watchView();
}

/** Captures the signals of the second file, as soon as that is loaded, and errors of the page from before. */
function watchSecondSignals(): void {
	const earlyErrors: Event[] = [];
	if (isWanted('error')) {
		listen('error unhandledrejection', (event) => earlyErrors.length < earlyErrorsMax && earlyErrors.push(event));
	}
	const load = (ofVitals?: typeof pages) =>
		isOn && loadSecond(() => second.start?.(wanted, capture, () => pageContext(true), earlyErrors, ofVitals));
	if (needsSecond()) void load();
	if (isWanted('vital')) setTimeout(load, vitalsDelayMs, pages);
}

/** Starts the tracker when the second file is loaded, or after the longest wait. Calls of the page wait as long. */
async function waitForSecond(): Promise<void> {
	await until((end) => {
		void loadSecond(end);
		setTimeout(end, startWaitMs);
	});
	starting = 0;
	safely(begin)();
}

/** Starts the tracker, or resumes it after the visitor has consented. */
function begin(): void {
	if (isOn || !settings.site || !isGranted()) return;
	if (waitsForSecond()) starting ??= waitForSecond();
	if (starting) return;
	switchCapture(true);
	recallVisitor();
	switchCapture(visitor / 2 ** 53 < clipAmount(settings.sample ?? 1));
	if (!isOn) return;
	enter();
	if (isStarted) return;
	isStarted = true;
	watchClicks();
	watchForms();
	watchSecondSignals();
	// Last, because it throws where a page has frozen `history`.
	watchNavigation();
}

/** Stops the tracker, and removes everything that it has stored but the visitor's choice. */
function end(): void {
	switchCapture(false);
	freeze();
	// If the storage was full, the store is a copy in memory: the storage itself is cleared.
	openStore();
	for (const key of keptKeys()) if (key !== consentKey) forget(key);
	forgetVisitor();
	forgetTaken();
	disconnect();
	releaseLocks();
}

/** Takes over what another tab of the origin has stored: choice, visitor and user hold for all tabs at once. */
function follow(): void {
	if (choice() === 'denied') end();
	else if (choice()) begin();
	if (!isOn) return;
	freeze();
	takeStored();
	renewContext();
}

/** Captures what waits for the page to be rendered or for its listeners. */
function captureDue(): void {
	endClick();
	captureDueView();
}

/** Runs when the page is left or hidden: sends every batch that is neither acknowledged nor in flight. */
function leave(): void {
	if (!isOn) return;
	if (isGone) beaconKept();
	captureDue();
	second.leavePage?.();
	// Over the WebSocket as long as the page can receive the answer.
	const isFinal = isGone || !isOpen();
	// Before freeze(), so that the last batch goes out as a beacon only.
	if (isFinal) pauseForBeacons();
	freeze();
	if (isFinal) beaconAll();
}

/**
 * Sends what is captured while the next page loads, because this one still receives the answer. The answer to a beacon
 * is lost. The page may stay after all: links to downloads start a navigation, too.
 */
function depart({ destination }: NavigateEvent): void {
	if (destination.sameDocument || !isOpen()) return;
	captureDue();
	freeze();
}

function watchPage(): void {
	// Only browsers with the Navigation API report it: https://html.spec.whatwg.org/multipage/indices.html#event-navigate
	navigationApi()?.addEventListener('navigate', depart);
	// On the window and in the bubbling phase, after the listeners of the page, so that their last events go too.
	listen(
		'visibilitychange',
		() => {
			if (ofDocument('hidden')) {
				leave();
				setTimeout(() => ofDocument('hidden') && disconnect(), idleMs);
			} else wake();
		},
		false,
	);
	addEventListener('pagehide', () => {
		isGone = true;
		leave();
		// Browsers keep no page in the back-forward cache that has a WebSocket (https://github.com/whatwg/html/issues/12085)
		// or a lock (https://github.com/w3c/web-locks/issues/81).
		disconnect();
		releaseLocks();
	});
	listen('pageshow', ({ persisted }: PageTransitionEvent) => {
		isGone = false;
		if (!persisted) return;
		follow();
		if (isOn) enter();
	});
	listen('online', wake);
	// Keys of batches have digits in place of letters.
	listen('storage', ({ key }: StorageEvent) => /^footfall_[a-z]/.test(key as never) && follow());
	on('start' as never, () => {
		isListening = true;
	});
	on('ack', () => {
		// The collector is reachable again.
		const events = takeDropped();
		if (events) capture('lost' satisfies ReservedEventName, { props: { events } });
	});
}

/** The functions that a page can call. */
export const api = {
	/** Starts capturing and sending. There is one tracker per page, so a second call for its site does nothing. */
	init(options: TrackerOptions): void {
		const { site } = settings;
		isListening = false;
		emit('start' as never);
		if (isListening) {
			if (options.site !== site) note(options.site, site);
			return;
		}
		if (!options.site || !(options.collector || settings.collector)) throw 'site or collector is missing';
		// `document.open()` has replaced the document of an earlier call, and removed the listeners.
		if (site) {
			freeze();
			releaseLocks();
			switchCapture(false);
			isStarted = false;
		}
		useSettings(options);
		openStore();
		watchPage();
		begin();
	},
	page: view,
	track: ((name: string, fields?: EventFields): void => capture(name, fields)) as Track,
	identify(id: string, traits?: EventFields['props']): void {
		setUser(id);
		renewContext();
		if (traits) capture('identify' satisfies ReservedEventName, { props: traits });
	},
	reset(): void {
		captureDue();
		freeze();
		forgetVisitor();
		forgetExperiments();
	},
	experiment: setExperiment,
	consent(made: Consent): void {
		if (made === 'denied') end();
		rememberConsent(made);
		begin();
	},
	beforeSend: setBeforeSend,
	async flush(): Promise<void> {
		captureDue();
		freeze();
		for (let checks = flushChecks; queued().length && checks--; ) {
			await until((done) => setTimeout(done, flushCheckMs));
		}
	},
	/** Returns the visitor's id, or the empty text while the visitor is not tracked. */
	visitor: (): string => (isOn ? `${visitor}` : ''),
	on,
};

/** Calls a function of the api by its name. It never throws into the page: an error becomes one line on the console. */
export const call = safely((name: string, ...args: never[]): unknown =>
	starting && name !== 'visitor'
		? starting.then(() => call(name, ...args))
		: outsideZones(() => (api as Record<string, (...args: never[]) => unknown>)[name]?.(...args)),
);
