import type { Random } from '@footfall/random';
import type { BrowserContextOptions } from 'playwright-core';

interface Device {
	readonly platform: string;
	readonly width: number;
	readonly height: number;
	readonly phone: boolean;
}

/** Devices of shoppers. */
const devices: readonly Device[] = [
	{ platform: 'Windows NT 10.0; Win64; x64', width: 1440, height: 820, phone: false },
	{ platform: 'Macintosh; Intel Mac OS X 10_15_7', width: 1280, height: 800, phone: false },
	{ platform: 'X11; Linux x86_64', width: 1600, height: 900, phone: false },
	{ platform: 'Linux; Android 10; K', width: 412, height: 840, phone: true },
	{ platform: 'Linux; Android 10; K', width: 360, height: 740, phone: true },
];

/**
 * Draws screen and user agent of a visitor. The user agent is that of a normal Chrome of the same version, since that
 * of a headless one counts as a bot.
 *
 * @param chromiumVersion version of the browser, such as `147.0.7727.0`
 */
export function drawDevice(random: Random, chromiumVersion: string): BrowserContextOptions {
	const device = devices[Math.floor(random() * devices.length)] ?? devices[0];
	if (!device) return {};
	const { platform, width, height, phone } = device;
	const chrome = `Chrome/${chromiumVersion.split('.', 1)[0]}.0.0.0`;
	return {
		userAgent: `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) ${chrome}${phone ? ' Mobile' : ''} Safari/537.36`,
		viewport: { width, height },
		isMobile: phone,
		hasTouch: phone,
		deviceScaleFactor: 1,
	};
}
