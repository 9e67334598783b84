import type { TrackerOptions } from './options.js';

/** Options that the page has set. There is one tracker per page, so there is one set. */
export const settings = { capture: 'view click outbound download submit' } as TrackerOptions;

/** Signals that are captured by the first file. */
const ownSignals = `${settings.capture} vital`;
/** Signals that the page wants. */
export let wanted: string[];

/** Sets options. One that is `undefined` or `null` is not set. */
export function useSettings(options: TrackerOptions): void {
	for (const [name, value] of Object.entries(options)) if (value != null) settings[name as never] = value as never;
	settings.collector = settings.collector.replace(/\/$/, '');
	wanted = `${settings.capture}`.split(/[\s,]+/);
}

/** Returns whether the page has set an option of the second file that changes all events. */
export const waitsForSecond = (): unknown => settings.hash != null || settings.cookieDomain;

/** Returns whether the page wants signals that only the second file captures or explains. */
export const needsSecond = (): boolean => wanted.some((word) => !ownSignals.includes(word));

/** Whether the tracker captures and sends. */
export let isOn = false;

export function switchCapture(on: boolean): void {
	isOn = on;
}

/** Returns whether the page wants a signal. */
export const isWanted = (signal: string) => wanted.includes(signal);
