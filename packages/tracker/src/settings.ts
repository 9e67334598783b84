import type { TrackerOptions } from './options.js';

/** Options that the page has set. There is one tracker per page, so there is one set. */
export const settings = { capture: 'view click outbound download submit' } as TrackerOptions;

export function useSettings(options: TrackerOptions): void {
	Object.assign(settings, options);
	settings.collector = settings.collector.replace(/\/$/, '');
}

/** Whether the tracker captures and sends. */
export let isOn = false;

export function switchCapture(on: boolean): void {
	isOn = on;
}

/** Returns whether the page wants a signal. */
export const isWanted = (signal: string) => settings.capture?.includes(signal as never);
