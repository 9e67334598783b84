import { weighted } from './weighted.js';

/** Country, language and time zone of a person. */
export interface Place {
	/** ISO 3166-1 alpha-2 code. */
	readonly country: string;
	/** BCP 47 tag. */
	readonly language: string;
	/** IANA name. */
	readonly timezone: string;
	/** IP address that stands for the country, from the range for documentation. */
	readonly address: string;
}

const rows: readonly [weight: number, country: string, language: string, timezone: string][] = [
	[26, 'DE', 'de-DE', 'Europe/Berlin'],
	[14, 'FR', 'fr-FR', 'Europe/Paris'],
	[11, 'GB', 'en-GB', 'Europe/London'],
	[9, 'IT', 'it-IT', 'Europe/Rome'],
	[8, 'ES', 'es-ES', 'Europe/Madrid'],
	[7, 'NL', 'nl-NL', 'Europe/Amsterdam'],
	[6, 'PL', 'pl-PL', 'Europe/Warsaw'],
	[5, 'AT', 'de-AT', 'Europe/Vienna'],
	[4, 'SE', 'sv-SE', 'Europe/Stockholm'],
	[4, 'PT', 'pt-PT', 'Europe/Lisbon'],
	[3, 'CH', 'de-CH', 'Europe/Zurich'],
	[3, 'US', 'en-US', 'America/New_York'],
];

/** Places, weighted by the number of people. */
export const places = weighted(
	rows.map(([weight, country, language, timezone], index): readonly [Place, number] => [
		{ country, language, timezone, address: `192.0.2.${index + 1}` },
		weight,
	]),
);
