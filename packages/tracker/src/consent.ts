import { settings } from './settings.js';
import { keep, recall } from './store.js';

const consentName = 'consent';

/** A visitor's choice. */
export type Consent = 'granted' | 'denied';

/**
 * Whether this visitor may be tracked: what they chose here, or else not when the site asks first, nor when the browser
 * says no by Global Privacy Control or Do Not Track.
 */
export function isGranted(): boolean {
	const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean };
	const choice = recall(consentName);
	return choice === 'granted' || !(choice || settings.consent || globalPrivacyControl || doNotTrack === '1');
}

export const rememberConsent = (choice: Consent) => keep(consentName, choice);
