import type { TrackerOptions } from './options.js';

/** What the page has set. One tracker per page, so one set of settings. */
export const settings = { capture: 'view click outbound download submit' } as TrackerOptions;

export function useSettings(options: TrackerOptions): void {
	Object.assign(settings, options);
	settings.collector = settings.collector.replace(/\/$/, '');
}

/** Whether anything is captured at all. */
export let isOn = false;

export function switchCapture(on: boolean): void {
	isOn = on;
}

/** Whether a signal is to be captured without a call. */
export const isWanted = (signal: string) => settings.capture?.includes(signal as never);
