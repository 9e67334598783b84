import { weighted } from './weighted.js';

/** A kind of device, with the values that a collector derives from its user agent (tested against the collector). */
export interface DeviceProfile {
	/** Index in `deviceProfiles`, from 0. */
	readonly index: number;
	readonly userAgent: string;
	readonly browser: string;
	readonly os: string;
	/** `desktop`, `mobile` or `tablet`; empty if the user agent does not contain it. */
	readonly device: string;
	readonly isBot: boolean;
	/** CSS pixels. */
	readonly viewportWidth: number;
	readonly viewportHeight: number;
	readonly screenWidth: number;
	readonly screenHeight: number;
}

type Sizes = readonly [viewportWidth: number, viewportHeight: number, screenWidth: number, screenHeight: number];

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const windows = 'Windows NT 10.0; Win64; x64';
const mac = 'Macintosh; Intel Mac OS X 10_15_7';
const chrome = (platform: string, mobile = '') =>
	`Mozilla/5.0 (${platform}) ${webkit} Chrome/147.0.0.0${mobile} Safari/537.36`;
const safari = (platform: string, mobile = '') =>
	`Mozilla/5.0 (${platform}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5${mobile} Safari/605.1.15`;
const firefox = (platform: string) => `Mozilla/5.0 (${platform}; rv:140.0) Gecko/20100101 Firefox/140.0`;

const people: readonly [weight: number, userAgent: string, browser: string, os: string, device: string, Sizes][] = [
	[22, chrome(windows), 'Chrome', 'Windows', 'desktop', [1920, 953, 1920, 1080]],
	[7, `${chrome(windows)} Edg/147.0.0.0`, 'Microsoft Edge', 'Windows', 'desktop', [1536, 730, 1536, 864]],
	[5, firefox(windows), 'Firefox', 'Windows', 'desktop', [1920, 955, 1920, 1080]],
	[8, chrome(mac), 'Chrome', 'macOS', 'desktop', [1440, 789, 1440, 900]],
	[6, safari(mac), 'Safari', 'macOS', 'desktop', [1470, 839, 1470, 956]],
	[2, firefox('X11; Linux x86_64'), 'Firefox', 'Linux', 'desktop', [1600, 815, 1600, 900]],
	[24, chrome('Linux; Android 10; K', ' Mobile'), 'Chrome', 'Android', 'mobile', [412, 785, 412, 915]],
	[
		19,
		safari('iPhone; CPU iPhone OS 18_5 like Mac OS X', ' Mobile/15E148'),
		'Safari',
		'iOS',
		'mobile',
		[393, 659, 393, 852],
	],
	[3, chrome('Linux; Android 14; SM-X910'), 'Chrome', 'Android', 'tablet', [900, 1313, 900, 1440]],
	[4, safari('iPad; CPU OS 18_5 like Mac OS X', ' Mobile/15E148'), 'Safari', 'iOS', 'tablet', [820, 1106, 820, 1180]],
];

const bots: typeof people = [
	[1, 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 'BingCrawler', '', '', [0, 0, 0, 0]],
	[2, 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot', '', '', [0, 0, 0, 0]],
];

function profile(
	[, userAgent, browser, os, device, sizes]: (typeof people)[number],
	index: number,
	isBot: boolean,
): DeviceProfile {
	const [viewportWidth, viewportHeight, screenWidth, screenHeight] = sizes;
	return {
		index,
		userAgent,
		browser,
		os,
		device,
		isBot,
		viewportWidth,
		viewportHeight,
		screenWidth,
		screenHeight,
	};
}

/** All profiles: those of people, then those of bots. */
export const deviceProfiles: readonly DeviceProfile[] = [
	...people.map((row, index) => profile(row, index, false)),
	...bots.map((row, index) => profile(row, people.length + index, true)),
];

const weights = [...people, ...bots].map(([weight]) => weight);
const among = (isBot: boolean) =>
	weighted(
		deviceProfiles.filter((each) => each.isBot === isBot).map((each) => [each, weights[each.index] as number] as const),
	);

/** Profiles of people and of bots, weighted by frequency. */
export const peopleProfiles = among(false);
export const botProfiles = among(true);
