import { settings } from './settings.js';
import { keep, prefix, recall } from './store.js';

const consentKey = `${prefix}consent`;

/** A visitor's choice. */
export type Consent = 'granted' | 'denied';

/** By Global Privacy Control or Do Not Track. */
const browserSaysNo = () =>
	(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || Number(navigator.doNotTrack) > 0;

/**
 * Whether this visitor may be tracked: what they chose here, or else not when the site asks first, nor when the browser
 * says no.
 */
export const isGranted = () =>
	(recall(consentKey) ?? (settings.consent || browserSaysNo() ? '' : 'granted')) === 'granted';

export const rememberConsent = (choice: Consent) => keep(consentKey, choice);
