import Bowser from 'bowser';
import { isbot } from 'isbot';
import type { Client } from '../../client.js';

/** A longer user agent is cut: what matters comes first, and matching takes time with length. */
export const userAgentCharactersMax = 512;

// Bowser answers unknown browsers with a word of the user agent itself. Only names that it knows are taken, so that
// no sender can fill the column with words of his own.
const browsers = new Set<string>(Object.values(Bowser.BROWSER_MAP));
const systems = new Set<string>(Object.values(Bowser.OS_MAP));
const devices = new Set(['desktop', 'mobile', 'tablet']);

/** What a user agent says. Never throws. */
export function parseUserAgent(userAgent: string): Client {
	const text = userAgent.slice(0, userAgentCharactersMax).trim();
	if (text === '') return { browser: '', os: '', device: '', isBot: false };
	const { browser, os, platform } = Bowser.parse(text);
	return {
		browser: known(browser.name, browsers),
		os: known(os.name, systems),
		device: known(platform.type, devices),
		isBot: isbot(text),
	};
}

function known(name: string | undefined, names: ReadonlySet<string>): string {
	return name !== undefined && names.has(name) ? name : '';
}
