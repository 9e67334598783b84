import { warnTaken, warnUnlessNumber } from './attempt.js';
import type { TrackerOptions } from './options.js';

/** Options that the page has set. There is one tracker per page, so there is one set. */
export const settings = { capture: 'view click outbound download submit' } as TrackerOptions;

/** Every signal. */
const signals = `${settings.capture} scroll engaged error vital`;
/** Signals that the page wants. */
let wanted = settings.capture as string | string[];

/**
 * Sets options. One that is `undefined` or `null` is not set. One that cannot be read becomes one line on the console.
 */
export function useSettings(options: TrackerOptions): void {
	for (const [name, value] of Object.entries(options)) if (value != null) settings[name as never] = value as never;
	settings.collector = settings.collector.replace(/\/$/, '');
	const { capture, sample } = settings;
	const words = `${capture}`.split(/[\s,]+/);
	wanted = words.filter((word) => signals.includes(word));
	if (wanted.length < words.length) warnTaken('data-capture', capture, wanted);
	warnUnlessNumber('data-sample', sample);
}

/** Whether the tracker captures and sends. */
export let isOn = false;

export function switchCapture(on: boolean): void {
	isOn = on;
}

/** Returns whether the page wants a signal. */
export const isWanted = (signal: string) => wanted.includes(signal);
