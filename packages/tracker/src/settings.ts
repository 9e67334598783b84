import type { TrackerOptions } from './options.js';

/** What the page has set. One tracker per page, so one set of settings. */
export let settings = {} as TrackerOptions;

export function useSettings(options: TrackerOptions): void {
	settings = { capture: 'view click outbound download submit', ...options };
}

/** Whether a signal is to be captured without a call. */
export const isWanted = (signal: string) => settings.capture?.includes(signal as never);
