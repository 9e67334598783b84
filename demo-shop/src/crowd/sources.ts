import { weighted } from './weighted.js';

/** Traffic source of a visit. */
export interface Source {
	/** Referring URL; empty for a direct visit. */
	readonly referrer: string;
	/** Query of the landing URL, with its question mark; empty for none. */
	readonly query: string;
}

const campaign = (source: string, medium: string, name: string) =>
	`?utm_source=${source}&utm_medium=${medium}&utm_campaign=${name}`;

/** Sources of the first visit of a visitor. */
export const firstSources = weighted<Source>([
	[{ referrer: 'https://www.google.com/', query: '' }, 34],
	[{ referrer: 'https://www.google.com/', query: campaign('google', 'cpc', 'slow_mornings') }, 14],
	[{ referrer: 'https://www.bing.com/', query: '' }, 5],
	[{ referrer: 'https://duckduckgo.com/', query: '' }, 4],
	[{ referrer: 'https://www.instagram.com/', query: campaign('instagram', 'social', 'first_pour') }, 13],
	[{ referrer: 'https://www.youtube.com/', query: campaign('youtube', 'video', 'kettle_review') }, 7],
	[{ referrer: 'https://coffee.example/best-kettles', query: '' }, 6],
	[{ referrer: '', query: '' }, 17],
]);

/** Sources of later visits. */
export const laterSources = weighted<Source>([
	[{ referrer: '', query: '' }, 52],
	[{ referrer: '', query: campaign('newsletter', 'email', 'weekly') }, 22],
	[{ referrer: 'https://www.google.com/', query: '' }, 20],
	[{ referrer: 'https://www.instagram.com/', query: campaign('instagram', 'social', 'first_pour') }, 6],
]);
