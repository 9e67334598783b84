/** Identifies an element among its neighbours, also after it is redrawn with other numbers. */
function keyOf(element: HTMLElement): string {
	const { measure, view } = element.dataset;
	const name = measure ?? view ?? element.getAttribute('aria-label') ?? element.getAttribute('name');
	return `${element.tagName} ${name ?? element.textContent}`;
}

/** Redraws the content of an element. Focus within it stays on the same control, or moves to the element itself. */
export function keepFocus(root: HTMLElement, draw: () => void): void {
	const had = document.activeElement;
	const key = had instanceof HTMLElement && had !== root && root.contains(had) ? keyOf(had) : undefined;
	draw();
	if (key === undefined) return;
	const again = [...root.querySelectorAll<HTMLElement>('a, button, input, select, summary')];
	(again.find((element) => keyOf(element) === key) ?? root).focus({ preventScroll: true });
}
