import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@footfall/random';
import type { Page } from 'playwright-core';

/** Attempts to find an element. A loading page may not show it yet; after the last attempt the click fails. */
const attemptsMax = 20;
const attemptPauseMs = 100;

/**
 * Clicks an element with the mouse that is visible, scrolled into view, enabled and not covered. Playwright's `click`
 * does the same, but injects its script into every new document first, which took more than half of the shoppers'
 * processor time.
 *
 * @param random draws one element if several match
 * @throws Error when there is no such element
 */
export async function clickOn(page: Page, selector: string, random: Random): Promise<void> {
	const draw = random();
	for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
		const point = await page.evaluate<{ x: number; y: number } | null>(findPoint(selector, draw));
		if (point) return page.mouse.click(point.x, point.y);
		await wait(attemptPauseMs);
	}
	throw new Error(`No element to click matches ${selector} on ${page.url()}.`);
}

/** A script that runs in the page: the centre of one of the matching elements, or null. */
function findPoint(selector: string, draw: number): string {
	return `(() => {
	const shown = [...document.querySelectorAll(${JSON.stringify(selector)})].filter(
		(element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled,
	);
	const chosen = shown[Math.floor(${draw} * shown.length)];
	if (!chosen) return null;
	chosen.scrollIntoView({ block: 'nearest', behavior: 'instant' });
	const { left, top, width, height } = chosen.getBoundingClientRect();
	const point = { x: left + width / 2, y: top + height / 2 };
	return chosen.contains(document.elementFromPoint(point.x, point.y)) ? point : null;
})()`;
}
