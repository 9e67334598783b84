import Bowser from 'bowser';
import { isbot } from 'isbot';
import type { Client } from '../../client.js';

/** Maximum length of a user agent; the rest is ignored. The relevant parts come first, and matching takes time. */
export const userAgentCharactersMax = 512;

// For unknown browsers, Bowser returns a word of the user agent. Only known names are accepted, so that no sender can
// fill the column with arbitrary words.
const browsers = new Set<string>(Object.values(Bowser.BROWSER_MAP));
const systems = new Set<string>(Object.values(Bowser.OS_MAP));
const devices = new Set(['desktop', 'mobile', 'tablet']);

/** Parses a user agent. Never throws. */
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
