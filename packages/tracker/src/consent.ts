import { settings } from './settings.js';
import { keep, prefix, recall } from './store.js';

export const consentKey = `${prefix}consent`;

/** The visitor's choice. */
export type Consent = 'granted' | 'denied';

/**
 * Returns whether the browser objects by Global Privacy Control (https://w3c.github.io/gpc/) or Do Not Track
 * (https://www.w3.org/TR/tracking-dnt/).
 */
const browserObjects = () =>
	(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl || (navigator.doNotTrack as never) > 0;

/** Returns the stored choice, or `undefined`. */
export const choice = () => recall(consentKey);

/**
 * Returns whether this visitor may be tracked. The visitor's own choice decides. Without one the visitor is tracked,
 * unless the site asks first or the browser objects.
 */
export const isGranted = () => (choice() ?? (settings.consent || browserObjects() ? '' : 'granted')) === 'granted';

/** Stores the visitor's choice for this page and later ones. */
export const rememberConsent = (made: Consent) => keep(consentKey, made);
