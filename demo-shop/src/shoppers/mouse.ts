import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '@footfall/random';
import type { Page } from 'playwright-core';

/** A page that is loading may not show the element yet; one that still does not after so many looks never will. */
const looksMax = 20;
const betweenLooksMs = 100;

/**
 * Clicks an element with the mouse, where a person would: on one that is shown, scrolled into view, enabled, and not
 * behind another. Playwright's own `click` does this too, but puts its whole script into every new document first, which
 * took more than half of the shoppers' processor time.
 *
 * @param random draws which one, where several match
 * @throws when there is nothing to click
 */
export async function clickOn(page: Page, selector: string, random: Random): Promise<void> {
	const draw = random();
	for (let looks = 0; looks < looksMax; looks += 1) {
		const point = await page.evaluate<{ x: number; y: number } | null>(findPoint(selector, draw));
		if (point) return page.mouse.click(point.x, point.y);
		await wait(betweenLooksMs);
	}
	throw new Error(`There is nothing to click at ${selector} on ${page.url()}`);
}

/** Runs in the page: the middle of one of the matching elements, or null. */
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
